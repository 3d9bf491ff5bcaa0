package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/user"
)

func newUserCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "user",
		Short: "Create, promote and disable people's accounts",
		Args:  cobra.NoArgs,
	}
	command.AddCommand(newUserCreateCommand(), newUserPromoteCommand(), newUserDisableCommand())
	return command
}

// people are the services that know persons.
type people struct {
	accounts *account.Service
	users    *user.Service
}

// withPeople runs fn on the configured database, whose schema it brings up to date.
func withPeople(ctx context.Context, fn func(context.Context, people) error) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	return withMigrated(ctx, func(ctx context.Context, db *app.Database) error {
		users := user.New(db.DB)
		accounts, err := app.OpenAccounts(ctx, cfg, db.DB, nil, newLogger(cfg, os.Stderr))
		if err != nil {
			return err
		}
		return fn(ctx, people{accounts, users})
	})
}

// newPerson is what `nexus user create` was told.
type newPerson struct {
	email, handle, name    string
	admin, fromStdin, link bool
}

func newUserCreateCommand() *cobra.Command {
	var p newPerson
	command := &cobra.Command{
		Use:   "create --email ADDRESS --handle HANDLE",
		Short: "Create an account that can sign in at once, without a mail",
		Long: `Create an account that can sign in at once, without a mail.

The password is made up and printed, or read from the first line of standard
input with --password-stdin. With --existing, a person whom an import created
gets the account.`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return withPeople(command.Context(), func(ctx context.Context, s people) error {
				return s.create(ctx, p, command.InOrStdin(), command.OutOrStdout())
			})
		},
	}
	flags := command.Flags()
	flags.StringVar(&p.email, "email", "", "address to sign in with (required)")
	flags.StringVar(&p.handle, "handle", "", "unique name, without @ (required)")
	flags.StringVar(&p.name, "name", "", "name to show; the handle when absent")
	flags.BoolVar(&p.admin, "admin", false, "make the person an administrator")
	flags.BoolVar(&p.fromStdin, "password-stdin", false, "read the password from the first line of standard input")
	flags.BoolVar(&p.link, "existing", false, "give the account to a person who exists already")
	_ = command.MarkFlagRequired("email") // fails for unknown names only
	_ = command.MarkFlagRequired("handle")
	return command
}

func (s people) create(ctx context.Context, p newPerson, in io.Reader, out io.Writer) error {
	password, err := passwordOf(p, in)
	if err != nil {
		return err
	}
	if p.name == "" {
		p.name = p.handle
	}
	person, err := s.write(ctx, p, password)
	if err != nil {
		return err
	}
	if p.admin {
		if err := s.users.SetRole(ctx, person, user.RoleAdmin); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "@%s can sign in as %s\n", p.handle, p.email)
	if !p.fromStdin {
		fmt.Fprintf(out, "password: %s\n", password)
	}
	return nil
}

// write creates the account and returns whose it is.
func (s people) write(ctx context.Context, p newPerson, password string) (id.User, error) {
	if !p.link {
		return s.accounts.Create(ctx, account.RegisterInput{Email: p.email, Password: password, Handle: p.handle, DisplayName: p.name})
	}
	found, err := s.users.ByHandle(ctx, p.handle)
	if err != nil {
		return id.User{}, fmt.Errorf("look up @%s: %w", p.handle, err)
	}
	return found.ID, s.accounts.Attach(ctx, found.ID, p.email, password)
}

func passwordOf(p newPerson, in io.Reader) (string, error) {
	if !p.fromStdin {
		return rand.Text(), nil
	}
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

func newUserPromoteCommand() *cobra.Command {
	var demote bool
	command := &cobra.Command{
		Use:   "promote ADDRESS",
		Short: "Make a person an administrator, or with --undo an ordinary person again",
		Args:  cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			return withPeople(command.Context(), func(ctx context.Context, s people) error {
				person, err := s.accounts.ByEmail(ctx, args[0])
				if err != nil {
					return err
				}
				role := user.RoleAdmin
				if demote {
					role = user.RoleUser
				}
				if err := s.users.SetRole(ctx, person, role); err != nil {
					return err
				}
				fmt.Fprintf(command.OutOrStdout(), "%s has the role %s\n", args[0], role)
				return nil
			})
		},
	}
	command.Flags().BoolVar(&demote, "undo", false, "take the role away")
	return command
}

func newUserDisableCommand() *cobra.Command {
	var enable bool
	command := &cobra.Command{
		Use:   "disable ADDRESS",
		Short: "Keep a person from signing in and end all their sessions and tokens",
		Args:  cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			return withPeople(command.Context(), func(ctx context.Context, s people) error {
				if err := s.accounts.Disable(ctx, args[0], !enable); err != nil {
					return err
				}
				state := "disabled"
				if enable {
					state = "enabled"
				}
				fmt.Fprintf(command.OutOrStdout(), "%s is %s\n", args[0], state)
				return nil
			})
		},
	}
	command.Flags().BoolVar(&enable, "undo", false, "let the person in again")
	return command
}
