#!/usr/bin/env bash
# Makes the database on the first start, then becomes the server. Environment and /docker-entrypoint-initdb.d as in the official image.
#
# The cluster grows in $PGDATA/.init and PG_VERSION is moved last, so that a start that was interrupted is repeated from the beginning.
# No server listens on the real socket or on TCP before everything is ready: a probe cannot be fooled by a temporary one.
set -Eeuo pipefail
shopt -s nullglob dotglob

fail() { printf 'docker-entrypoint.sh: %s\n' "$1" >&2; exit 1; }

value_of() { # NAME, or the content of the file that NAME_FILE names
  local name=$1 file_name=$1_FILE
  [[ -z ${!name:-} || -z ${!file_name:-} ]] || fail "both $name and $file_name are set; set one of them"
  if [[ -n ${!file_name:-} ]]; then cat "${!file_name}"; else printf '%s' "${!name:-${2:-}}"; fi
}

initialise() {
  local user database password extra authentication=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256} new=$PGDATA/.init
  user=$(value_of POSTGRES_USER postgres)
  database=$(value_of POSTGRES_DB "$user")
  password=$(value_of POSTGRES_PASSWORD)
  [[ -n $password || $authentication == trust ]] ||
    fail "no password for the superuser: set POSTGRES_PASSWORD_FILE or POSTGRES_PASSWORD"

  if [[ -d $new ]]; then rm -rf "${PGDATA:?}"/*; fi
  mkdir -m 0700 "$new"
  eval "extra=(${POSTGRES_INITDB_ARGS:-})" # quoted as on a command line
  initdb --pgdata="$new" --username="$user" --pwfile=<(printf '%s\n' "$password") --auth-local=trust --auth-host=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-instructions --set=listen_addresses='*' "${extra[@]}"
  printf '\nhost all all all %s\n' "$authentication" >>"$new/pg_hba.conf"
  if [[ $database != postgres ]]; then
    printf 'CREATE DATABASE "%s"\n' "${database//\"/\"\"}" | postgres --single -D "$new" -j postgres >/dev/null
  fi
  run_scripts "$new" "$user" "$database"

  local entry
  for entry in "$new"/*; do [[ ${entry##*/} == PG_VERSION ]] || mv "$entry" "$PGDATA/"; done
  mv "$new/PG_VERSION" "$PGDATA/"
  rmdir "$new"
  printf 'PostgreSQL init process complete; ready for start up.\n'
}

run_scripts() { # cluster, user, database: against a server that only its own private socket reaches
  local cluster=$1 scripts=(/docker-entrypoint-initdb.d/*) script
  ((${#scripts[@]})) || return 0
  export PGHOST=$cluster PGUSER=$2 PGDATABASE=$3
  pg_ctl --pgdata="$cluster" --wait --silent -o "-c listen_addresses='' -c unix_socket_directories='$cluster'" start
  local query=(psql --no-psqlrc --set=ON_ERROR_STOP=1)
  for script in "${scripts[@]}"; do
    printf 'docker-entrypoint.sh: %s\n' "$script"
    case $script in
      *.sh) if [[ -x $script ]]; then "$script"; else . "$script"; fi ;;
      *.sql) "${query[@]}" --file="$script" ;;
      *.sql.gz) gunzip -c "$script" | "${query[@]}" ;;
      *) printf 'docker-entrypoint.sh: ignored\n' ;;
    esac
  done
  pg_ctl --pgdata="$cluster" --wait --silent --mode=fast stop
  unset PGHOST PGUSER PGDATABASE
}

if [[ ${1:-} == -* ]]; then set -- postgres "$@"; fi
if [[ ${1:-} == postgres && " $* " != *" --version "* && " $* " != *" --help "* ]]; then
  if [[ $(id -u) == 0 ]]; then
    mkdir -p "$PGDATA"
    chown -R 999:999 "$PGDATA" /var/run/postgresql
    exec setpriv --reuid=999 --regid=999 --clear-groups -- "${BASH_SOURCE[0]}" "$@"
  fi
  mkdir -p "$PGDATA"
  chmod 0700 "$PGDATA" || true
  [[ -s $PGDATA/PG_VERSION ]] || initialise
fi
exec "$@"
