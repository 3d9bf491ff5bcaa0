package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// account is the unprivileged account that the server runs as when this
// process is root, which PostgreSQL refuses to run as.
type account struct {
	name     string
	uid, gid int
}

// findAccount returns nil when this process is not root.
func findAccount() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // nil is "no other account", documented at Server.account
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(u.Uid)
		gid, gidErr := strconv.Atoi(u.Gid)
		if uidErr == nil && gidErr == nil && uid != 0 {
			return &account{name: name, uid: uid, gid: gid}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no account postgres or nobody to run it as: " +
		"start nexus as another user, or set NEXUS_DATABASE_URL")
}

// attributes makes a command run as the account, in a session of its own, so
// that a terminal's Ctrl-C does not reach the server before nexus is done.
func (a *account) attributes() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setsid: true}
	if a != nil {
		attributes.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)} //nolint:gosec // ids of the system
	}
	return attributes
}

// own gives path to the account.
func (a *account) own(path string) error {
	if a == nil {
		return nil
	}
	if err := os.Lchown(path, a.uid, a.gid); err != nil {
		return fmt.Errorf("give it to account %s: %w", a.name, err)
	}
	return nil
}

// mayEnter reports whether the account can make folder its working folder: a
// folder below somebody's private home it cannot.
func (a *account) mayEnter(folder string) bool {
	if a == nil {
		return true
	}
	// The child changes its user first, then its folder, then runs the command.
	command := exec.Command("/bin/sh", "-c", ":") //nolint:noctx // ends at once
	command.Dir = folder
	command.SysProcAttr = a.attributes()
	return command.Run() == nil
}

// makeFolder makes a folder that only the account (and root) may enter.
func (a *account) makeFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	return a.own(path)
}
