package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// stopLeftOver stops the server of a process that was killed: it still runs on
// the cluster, with settings and a socket that may be out of date. The lock on
// the data folder is ours, so nobody else uses that server.
func stopLeftOver(ctx context.Context, cluster string, log *slog.Logger) error {
	pidFile := filepath.Join(cluster, "postmaster.pid")
	content, err := os.ReadFile(pidFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 1 || !runsOn(ctx, pid, cluster) {
		// The number may belong to another process by now, at which postgres
		// would refuse to start.
		return os.Remove(pidFile)
	}
	log.Info("stopping the database server that an earlier process left behind", "process", pid)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop the server left behind, process %d: %w", pid, err)
		}
		if waitGone(ctx, pid, cluster) {
			return nil
		}
	}
	return fmt.Errorf("the server left behind, process %d, does not stop", pid)
}

func waitGone(ctx context.Context, pid int, cluster string) bool {
	ctx, cancel := context.WithTimeout(ctx, stopLimit)
	defer cancel()
	for runsOn(ctx, pid, cluster) {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(pollInterval):
		}
	}
	return true
}

// runsOn reports whether process pid is a server on cluster: its working
// folder is the cluster. Where there is no /proc its command line tells.
func runsOn(ctx context.Context, pid int, cluster string) bool {
	folder, err := os.Stat(cluster)
	if err != nil {
		return false
	}
	if _, err := os.Stat("/proc/self/cwd"); err == nil {
		working, err := os.Stat(filepath.Join("/proc", strconv.Itoa(pid), "cwd"))
		return err == nil && os.SameFile(folder, working)
	}
	line, err := exec.CommandContext(ctx, "ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output() //nolint:gosec // a number
	return err == nil && strings.Contains(string(line), cluster)
}
