package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	// maxSocketPath is what the kernels' address of a Unix socket holds on
	// Linux (107) and macOS (103).
	maxSocketPath = 103
	socketName    = ".s.PGSQL.5432"
	// locationFile, in the data folder, names a cluster that lies elsewhere.
	locationFile = "postgres.location"
)

// lockFolder makes this process the owner of dataDir until unlock is called or
// the process ends, however it ends.
func lockFolder(dataDir string) (unlock func(), err error) {
	path := filepath.Join(dataDir, "nexus.lock")
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder, _ := os.ReadFile(path)
		return nil, errors.Join(fmt.Errorf("%s is in use by process %s", dataDir, strings.TrimSpace(string(holder))), file.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), file.Close())
	}
	if err := errors.Join(file.Truncate(0), writePID(file)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() { _ = file.Close() }, nil // closing releases the lock
}

func writePID(file *os.File) error {
	_, err := fmt.Fprintf(file, "%d\n", os.Getpid())
	return err
}

// chooseCluster returns the folder for PostgreSQL's files: dataDir/postgres,
// or, where the account cannot get there, a folder of its own elsewhere, which
// locationFile remembers. A cluster that exists is run by the account that
// owns it.
func (s *Server) chooseCluster(dataDir string) (string, error) {
	cluster := filepath.Join(dataDir, "postgres")
	location := filepath.Join(dataDir, locationFile)
	if content, err := os.ReadFile(location); err == nil {
		cluster = strings.TrimSpace(string(content))
	}
	if versionOf(cluster) != 0 {
		return cluster, s.adoptOwner(cluster)
	}
	if s.letThrough(dataDir) {
		return filepath.Join(dataDir, "postgres"), nil
	}
	elsewhere, err := s.makeElsewhere(dataDir)
	if err != nil {
		return "", fmt.Errorf("account %s, which PostgreSQL runs as, cannot enter this folder, and no other place was found: %w", s.account.name, err)
	}
	if err := os.WriteFile(location, []byte(elsewhere+"\n"), 0o600); err != nil {
		return "", err
	}
	s.log.Warn("the database lies elsewhere: the account that PostgreSQL runs as cannot enter the data folder",
		"account", s.account.name, "wanted", cluster, "used", elsewhere)
	return elsewhere, nil
}

// adoptOwner makes the owner of an existing cluster the account to run as.
func (s *Server) adoptOwner(cluster string) error {
	if s.account == nil {
		return nil
	}
	info, err := os.Stat(cluster) //nolint:gosec // the operator names the folder
	if err != nil {
		return err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && owner.Uid != 0 {
		s.account = &account{name: fmt.Sprintf("with id %d", owner.Uid), uid: int(owner.Uid), gid: int(owner.Gid)}
	}
	if !s.account.mayEnter(cluster) {
		return fmt.Errorf("account %s, which PostgreSQL runs as, cannot enter %s: let it pass the folders above (chmod o+x), or move the data folder", s.account.name, cluster)
	}
	return nil
}

// letThrough lets the account pass dataDir, which belongs to root, and reports
// whether it can then get there.
func (s *Server) letThrough(dataDir string) bool {
	if s.account.mayEnter(dataDir) {
		return true
	}
	if !s.account.mayEnter(filepath.Dir(dataDir)) {
		return false
	}
	info, err := os.Stat(dataDir)
	return err == nil && os.Chmod(dataDir, info.Mode().Perm()|0o011) == nil && s.account.mayEnter(dataDir)
}

// makeElsewhere makes a folder for a cluster where the account can get to. Its
// name is new, so that it is never mistaken for that of an older data folder
// of the same path.
func (s *Server) makeElsewhere(dataDir string) (string, error) {
	prefix := filepath.Base(filepath.Dir(dataDir)) + "-"
	var failures []error
	for _, parent := range []string{"/var/lib/nexus", filepath.Join(os.TempDir(), "nexus"), "/var/tmp/nexus"} {
		folder, err := s.makeBelow(parent, prefix)
		if err == nil {
			return filepath.Join(folder, "postgres"), nil
		}
		failures = append(failures, err)
	}
	return "", errors.Join(failures...)
}

func (s *Server) makeBelow(parent, prefix string) (string, error) {
	if err := os.MkdirAll(parent, 0o711); err != nil { //nolint:gosec // another account passes through
		return "", err
	}
	// In a folder that all may write to, somebody else may have been first.
	info, err := os.Lstat(parent)
	if err != nil {
		return "", err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || int(owner.Uid) != os.Geteuid() {
		return "", fmt.Errorf("%s belongs to somebody else", parent)
	}
	folder, err := os.MkdirTemp(parent, prefix)
	if err != nil {
		return "", err
	}
	if err := s.account.own(folder); err != nil {
		return "", err
	}
	if !s.account.mayEnter(folder) {
		return "", errors.Join(fmt.Errorf("account %s cannot enter %s", s.account.name, folder), os.Remove(folder))
	}
	return folder, nil
}

// chooseSocketFolder returns a folder beside the cluster, or a temporary one
// when that path is too long for a socket.
func (s *Server) chooseSocketFolder() (folder string, temporary bool, err error) {
	folder = filepath.Join(filepath.Dir(s.cluster), "run")
	if len(folder)+len("/")+len(socketName) <= maxSocketPath {
		return folder, false, s.account.makeFolder(folder)
	}
	for _, parent := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		if len(parent)+len("/nexus-0123456789/")+len(socketName) > maxSocketPath || !s.account.mayEnter(parent) {
			continue
		}
		folder, err = os.MkdirTemp(parent, "nexus-")
		if err == nil {
			return folder, true, s.account.own(folder)
		}
	}
	return "", false, errors.Join(errors.New("no folder for the socket: every path is too long or not to be entered"), err)
}
