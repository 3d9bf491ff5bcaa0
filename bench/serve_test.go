package bench

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// settleTime is how long a started server is left alone before its memory is
// read.
const settleTime = 2 * time.Second

// BenchmarkServe starts the binary on an existing data folder, with its private
// PostgreSQL. ns/op is the time from the start of the process until /readyz
// says so; "RSS-MB" is the memory of the idle server without PostgreSQL.
func BenchmarkServe(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "nexus")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-o", binary, "./cmd/nexus")
	build.Dir = ".."
	if output, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, output)
	}
	data := dataFolder(b)
	startServer(b, binary, data).stop(b) // makes the data folder
	var memory float64
	for b.Loop() {
		server := startServer(b, binary, data)
		b.StopTimer()
		time.Sleep(settleTime)
		memory = max(memory, server.memory(b))
		server.stop(b)
		b.StartTimer()
	}
	b.ReportMetric(memory, "RSS-MB")
}

// dataFolder is one that every account may pass, unlike that of b.TempDir:
// else the cluster would be put elsewhere, and stay there.
func dataFolder(b *testing.B) string {
	b.Helper()
	folder, err := os.MkdirTemp("", "nexus-bench-") //nolint:usetesting // as said above
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		b.Fatal(err)
	}
	return folder
}

type process struct {
	command *exec.Cmd
	log     io.Closer
}

// startServer returns when the server is ready.
func startServer(b *testing.B, binary, data string) *process {
	b.Helper()
	command := exec.CommandContext(b.Context(), binary, "serve")
	command.Dir = b.TempDir() // without a file .env
	command.Env = append(os.Environ(),
		"NEXUS_DATA_DIR="+data, "NEXUS_HTTP_ADDR=127.0.0.1:0", "NEXUS_LOG_FORMAT=json", "NEXUS_DATABASE_URL=")
	log, err := command.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	url, said := address(log)
	if url == "" {
		_ = command.Wait()
		b.Fatalf("the server did not start:\n%s", said)
	}
	answer, err := (&http.Client{Timeout: 10 * time.Second}).Get(url + "readyz")
	if err != nil {
		b.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		b.Fatalf("not ready: %s", answer.Status)
	}
	return &process{command, log}
}

// address reads the log up to the line that tells the URL; the rest is thrown
// away, so that the server never waits for a reader.
func address(log io.Reader) (url, said string) {
	var lines strings.Builder
	scanner := bufio.NewScanner(log)
	for scanner.Scan() {
		lines.WriteString(scanner.Text() + "\n")
		var line struct{ Msg, URL string }
		if json.Unmarshal(scanner.Bytes(), &line) == nil && line.Msg == "ready" {
			go func() { _, _ = io.Copy(io.Discard, log) }()
			return line.URL, ""
		}
	}
	return "", lines.String()
}

// memory returns the resident set in MB.
func (p *process) memory(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/" + strconv.Itoa(p.command.Process.Pid) + "/status")
	if err != nil {
		b.Skipf("memory is read from /proc: %v", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "VmRSS:"); found {
			kB, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kB / 1000
		}
	}
	b.Fatalf("no VmRSS:\n%s", status)
	return 0
}

func (p *process) stop(b *testing.B) {
	b.Helper()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	if err := p.command.Wait(); err != nil {
		b.Errorf("the server did not stop well: %v", err)
	}
}
