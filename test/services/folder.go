package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

const (
	folderPrefix = "nexus-services-"
	lockName     = "lock"
)

// makeFolder makes a temporary folder that the services' accounts may pass. It
// first clears away those of earlier runs that were killed.
func makeFolder() (string, error) {
	var failures []error
	for _, parent := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		if os.Geteuid() == 0 && !everybodyMayPass(parent) {
			continue
		}
		sweep(parent)
		folder, err := os.MkdirTemp(parent, folderPrefix)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		// The lock is held as long as this process lives.
		return folder, errors.Join(os.Chmod(folder, 0o711), lock(folder)) //nolint:gosec // to be passed, not read
	}
	return "", fmt.Errorf("no temporary folder that all accounts may enter: %w", errors.Join(failures...))
}

func everybodyMayPass(folder string) bool {
	for ; folder != "/" && folder != "."; folder = filepath.Dir(folder) {
		info, err := os.Stat(folder)
		if err != nil || info.Mode().Perm()&0o001 == 0 {
			return false
		}
	}
	return true
}

// lock fails when another process holds the folder.
func lock(folder string) error {
	descriptor, err := syscall.Open(filepath.Join(folder, lockName), syscall.O_RDWR|syscall.O_CREAT|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	if err := syscall.Flock(descriptor, syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return errors.Join(err, syscall.Close(descriptor))
	}
	return nil
}

// sweep ends what killed runs left in parent.
func sweep(parent string) {
	folders, _ := filepath.Glob(filepath.Join(parent, folderPrefix+"*")) // the only error is a bad pattern
	for _, folder := range folders {
		if _, err := os.Stat(filepath.Join(folder, lockName)); err != nil || lock(folder) != nil {
			continue // being made, another account's, or in use
		}
		killIn(folder)
		_ = os.RemoveAll(folder) // the next run tries again
	}
}

// killIn kills the services that work in folder, as far as /proc shows them.
func killIn(folder string) {
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		working, err := os.Readlink(link)
		if err != nil || !strings.HasPrefix(working, folder+"/") {
			continue
		}
		name, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "comm"))
		if !slices.Contains([]string{"postgres", "redis-server", "epmd", "beam.smp"}, strings.TrimSpace(string(name))) {
			continue // somebody looking around
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link))); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// credential returns the first of the accounts that exists, for root to run a
// service as; nil for anybody else, who runs it as themselves.
func credential(names ...string) *syscall.Credential {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range names {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
		if uidErr == nil && gidErr == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	return nil
}

// freePorts returns n TCP ports of the loopback address that nobody uses now.
func freePorts(n int) ([]string, error) {
	ports := make([]string, 0, n)
	for range n {
		listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed at once
		if err != nil {
			return nil, err
		}
		// All are held until the last is chosen, so that they differ.
		defer func() { _ = listener.Close() }()
		_, port, err := net.SplitHostPort(listener.Addr().String())
		if err != nil {
			return nil, err
		}
		ports = append(ports, port)
	}
	return ports, nil
}
