#!/bin/sh
# Starts Grafana the way the official image does: GF_<NAME>__FILE names a file whose content becomes GF_<NAME>.
set -eu

for name in $(env | sed -n 's/^\(GF_[A-Za-z0-9_]*\)__FILE=..*/\1/p'); do
    eval "given=\${$name:-}; file=\$${name}__FILE"
    if [ -n "$given" ]; then
        echo "run.sh: both $name and ${name}__FILE are set; set one of them" >&2
        exit 1
    fi
    if [ ! -r "$file" ]; then
        echo "run.sh: ${name}__FILE names $file, which user $(id -u) cannot read" >&2
        exit 1
    fi
    value=$(cat "$file")
    export "$name=$value"
    unset "${name}__FILE"
done

if [ ! -w "$GF_PATHS_DATA" ]; then
    echo "run.sh: GF_PATHS_DATA ($GF_PATHS_DATA) is not writable by user $(id -u)" >&2
    exit 1
fi
if [ -n "${GF_INSTALL_PLUGINS:-}" ]; then
    echo "run.sh: GF_INSTALL_PLUGINS is not served by this image; mount plugins into $GF_PATHS_PLUGINS" >&2
fi
mkdir -p "$GF_PATHS_PLUGINS"
export HOME="$GF_PATHS_HOME"
exec grafana server \
    --homepath="$GF_PATHS_HOME" \
    --config="$GF_PATHS_CONFIG" \
    --packaging=docker \
    "$@" \
    cfg:default.log.mode=console \
    cfg:default.paths.data="$GF_PATHS_DATA" \
    cfg:default.paths.logs="$GF_PATHS_LOGS" \
    cfg:default.paths.plugins="$GF_PATHS_PLUGINS" \
    cfg:default.paths.provisioning="$GF_PATHS_PROVISIONING"
