package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/database"
)

func newMigrateCommand() *cobra.Command {
	var status bool
	command := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database's schema up to date",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return withDatabase(command.Context(), func(ctx context.Context, db *app.Database) error {
				if status {
					return printMigrations(ctx, db, command.OutOrStdout())
				}
				return migrate(ctx, db, command.OutOrStdout())
			})
		},
	}
	command.Flags().BoolVar(&status, "status", false, "list the migrations, applied and pending, and change nothing")
	return command
}

func migrate(ctx context.Context, db *app.Database, out io.Writer) error {
	applied, err := database.Migrate(ctx, db.DB)
	if err != nil {
		return err
	}
	for _, m := range applied {
		fmt.Fprintf(out, "applied %s\n", m.Name)
	}
	fmt.Fprintf(out, "%d migrations applied; the schema is up to date\n", len(applied))
	return nil
}

func printMigrations(ctx context.Context, db *app.Database, out io.Writer) error {
	migrations, err := database.MigrationStatus(ctx, db.DB)
	if err != nil {
		return err
	}
	for _, m := range migrations {
		state := "pending"
		if !m.Pending() {
			state = "applied " + m.AppliedAt.Format("2006-01-02 15:04:05Z")
		}
		fmt.Fprintf(out, "%s\t%s\n", m.Name, state)
	}
	return nil
}
