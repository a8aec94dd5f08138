// Command cadvisor serves cAdvisor's metrics from its library, with the flags of the published program.
//
// The published main lives in a module that no proxy serves. This one registers the same container runtimes, the same
// flags and the same collectors; it leaves out the web pages, the REST API, HTTP authentication and storage drivers.
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/google/cadvisor/cache/memory"
	"github.com/google/cadvisor/container"
	_ "github.com/google/cadvisor/container/containerd/install"
	_ "github.com/google/cadvisor/container/crio/install"
	_ "github.com/google/cadvisor/container/docker/install"
	_ "github.com/google/cadvisor/container/podman/install"
	_ "github.com/google/cadvisor/container/systemd/install"
	infov2 "github.com/google/cadvisor/info/v2"
	"github.com/google/cadvisor/manager"
	"github.com/google/cadvisor/metrics"
	"github.com/google/cadvisor/utils/sysfs"
	"github.com/google/cadvisor/version"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"
)

// disabledByDefault is what the published program leaves out unless asked.
var disabledByDefault = []container.MetricKind{
	container.CPUSetMetrics,
	container.CPUTopologyMetrics,
	container.HugetlbUsageMetrics,
	container.MemoryNumaMetrics,
	container.NetworkAdvancedTcpUsageMetrics,
	container.NetworkTcpUsageMetrics,
	container.NetworkUdpUsageMetrics,
	container.ProcessMetrics,
	container.ProcessSchedulerMetrics,
	container.ReferencedMemoryMetrics,
	container.ResctrlMetrics,
}

type options struct {
	listenIP, endpoint, urlPrefix    string
	port, maxProcs                   int
	showVersion, storeLabels         bool
	allowedLabels, envMetadata       string
	rawCgroupPrefixes, perfEvents    string
	storageDuration, resctrlInterval time.Duration
	disabledMetrics, enabledMetrics  container.MetricSet
}

func parseOptions() options {
	o := options{disabledMetrics: container.MetricSet{}, enabledMetrics: container.MetricSet{}}
	for _, kind := range disabledByDefault {
		o.disabledMetrics[kind] = struct{}{}
	}
	flag.StringVar(&o.listenIP, "listen_ip", "", "IP to listen on; empty for all")
	flag.IntVar(&o.port, "port", 8080, "port to listen on")
	flag.IntVar(&o.maxProcs, "max_procs", 0, "CPUs to use at most; less than 1 for all")
	flag.BoolVar(&o.showVersion, "version", false, "print the version and exit")
	flag.StringVar(&o.endpoint, "prometheus_endpoint", "/metrics", "path of the exposition")
	flag.StringVar(&o.urlPrefix, "url_base_prefix", "", "prefix of every path")
	flag.BoolVar(&o.storeLabels, "store_container_labels", true, "make every container label a series label")
	flag.StringVar(&o.allowedLabels, "whitelisted_container_labels", "",
		"container labels to keep, separated by commas, where -store_container_labels=false")
	flag.StringVar(&o.envMetadata, "env_metadata_whitelist", "", "environment variables to make labels, separated by commas")
	flag.StringVar(&o.rawCgroupPrefixes, "raw_cgroup_prefix_whitelist", "",
		"cgroup path prefixes to report beside -docker_only, separated by commas")
	flag.StringVar(&o.perfEvents, "perf_events_config", "", "JSON file of the perf events to measure")
	flag.DurationVar(&o.storageDuration, "storage_duration", 2*time.Minute, "how long samples stay in memory")
	flag.DurationVar(&o.resctrlInterval, "resctrl_interval", 0, "how often resctrl groups are refreshed; 0 for never")
	flag.Var(&o.disabledMetrics, "disable_metrics", "metrics to leave out: "+container.AllMetrics.String())
	flag.Var(&o.enabledMetrics, "enable_metrics", "metrics to serve; overrides -disable_metrics")
	klog.InitFlags(nil)
	_ = flag.Set("v", "2")
	flag.Parse()
	return o
}

func (o options) metrics() container.MetricSet {
	if len(o.enabledMetrics) > 0 {
		return o.enabledMetrics
	}
	return container.AllMetrics.Difference(o.disabledMetrics)
}

func (o options) labels() metrics.ContainerLabelsFunc {
	if o.storeLabels {
		return metrics.DefaultContainerLabels
	}
	return metrics.BaseContainerLabels(strings.Split(o.allowedLabels, ","))
}

// everyContainer asks for the newest sample of each container, however deep.
var everyContainer = infov2.RequestOptions{IdType: infov2.TypeName, Count: 1, Recursive: true}

func routes(o options, m manager.Manager) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		metrics.NewPrometheusCollector(m, o.labels(), o.metrics(), clock.RealClock{}, everyContainer),
		metrics.NewPrometheusMachineCollector(m, o.metrics()),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	mux := http.NewServeMux()
	mux.Handle(o.endpoint, promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	root := http.NewServeMux()
	root.Handle(o.urlPrefix+"/", http.StripPrefix(o.urlPrefix, mux))
	return root
}

func stopOnSignal(m manager.Manager) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		received := <-signals
		if err := m.Stop(); err != nil {
			klog.Errorf("manager did not stop: %v", err)
		}
		klog.Infof("exiting on %v", received)
		klog.Flush()
		os.Exit(0)
	}()
}

func main() {
	o := parseOptions()
	defer klog.Flush()
	if o.showVersion {
		fmt.Printf("cAdvisor version %s (%s)\n", version.Info["version"], version.Info["revision"])
		return
	}
	if o.maxProcs > 0 {
		runtime.GOMAXPROCS(o.maxProcs)
	}
	m, err := manager.New(memory.New(o.storageDuration, nil), sysfs.NewRealSysFs(), manager.HousekeepingConfigFlags,
		o.metrics(), http.DefaultClient, strings.Split(o.rawCgroupPrefixes, ","), strings.Split(o.envMetadata, ","),
		o.perfEvents, o.resctrlInterval)
	if err != nil {
		klog.Fatalf("no manager: %v", err)
	}
	handler := routes(o, m)
	if err := m.Start(); err != nil {
		klog.Fatalf("manager did not start: %v", err)
	}
	stopOnSignal(m)
	address := net.JoinHostPort(o.listenIP, strconv.Itoa(o.port))
	klog.Infof("cAdvisor %s serves %s on %s", version.Info["version"], o.endpoint, address)
	klog.Fatal(http.ListenAndServe(address, handler))
}
