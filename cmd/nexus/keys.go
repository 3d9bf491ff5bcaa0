package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/auth/token"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/database"
)

// keyTime is how times of keys are printed, in UTC.
const keyTime = "2006-01-02 15:04:05Z"

func newKeysCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "keys",
		Short: "List and change the keys that sign access tokens",
		Args:  cobra.NoArgs,
	}
	command.AddCommand(newKeysListCommand(), newKeysRotateCommand())
	return command
}

func newKeysListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the keys, in the order in which they sign",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return withKeys(command.Context(), func(ctx context.Context, db *app.Database) error {
				return listKeys(ctx, db.DB, time.Now(), command.OutOrStdout())
			})
		},
	}
}

func newKeysRotateCommand() *cobra.Command {
	var options token.RotateOptions
	command := &cobra.Command{
		Use:   "rotate",
		Short: "Change to a new key",
		Long: `Changes to a new key. Servers that run find it by themselves.

The new key is published at once and signs a while later, so that whoever
remembers the published keys knows it by then. The old key is published until
the last token that it signed has expired; the rotation after that deletes it.
Nobody notices.

With --now, for a key that has leaked, the new key signs at once and all others
are deleted. Within seconds every access token is refused; clients renew theirs
with their refresh tokens, and nobody has to sign in again.`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return withKeys(command.Context(), func(ctx context.Context, db *app.Database) error {
				return rotateKeys(ctx, db.DB, options, command.OutOrStdout())
			})
		},
	}
	f := command.Flags()
	f.DurationVar(&options.SignsAfter, "signs-after", token.DefaultSignsAfter, "how long the new key is published before it signs")
	f.BoolVar(&options.Replace, "now", false, "sign with the new key at once and delete all others")
	command.MarkFlagsMutuallyExclusive("signs-after", "now")
	return command
}

// withKeys runs fn on the configured database, whose keys must be those in use.
func withKeys(ctx context.Context, fn func(context.Context, *app.Database) error) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	if cfg.SigningKeyFile != "" {
		return errors.New(token.FileVariable + " is set: the key of that file is the only one, and the server uses none of the database. " +
			"To change it, replace the file and restart the server")
	}
	return withMigrated(ctx, fn)
}

func rotateKeys(ctx context.Context, db *database.DB, options token.RotateOptions, out io.Writer) error {
	info, err := token.Rotate(ctx, db, options)
	if err != nil {
		return err
	}
	if options.Replace {
		fmt.Fprintf(out, "key %s signs from now on; all others are deleted, and clients renew their access tokens\n", info.ID)
		return nil
	}
	fmt.Fprintf(out, "key %s is published and signs from %s on\n", info.ID, info.SignsFrom.Format(keyTime))
	return nil
}

func listKeys(ctx context.Context, db *database.DB, now time.Time, out io.Writer) error {
	keys, err := token.List(ctx, db, now)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tALGORITHM\tCREATED\tSIGNS FROM\tSTATE")
	for _, k := range keys {
		state := string(k.State)
		if k.State == token.Verifying {
			state += " until " + k.VerifiesUntil.Format(keyTime)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", k.ID, k.Algorithm, k.CreatedAt.Format(keyTime), k.SignsFrom.Format(keyTime), state)
	}
	return table.Flush()
}
