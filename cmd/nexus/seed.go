package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/seed"
)

func newSeedCommand() *cobra.Command {
	var options seed.Options
	command := &cobra.Command{
		Use:   "seed",
		Short: "Fill an empty database with a large made-up hub for load tests",
		Long: `Fills an empty database with a large made-up hub for load tests.

Scale 1 has 20,000 people, 200 cohorts, 300 technologies, 100,000 challenges,
300,000 solutions, 600,000 comments, 600,000 votes and 20,000 documents. The
same scale and seed give the same rows.`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return withDatabase(command.Context(), func(ctx context.Context, db *app.Database) error {
				return runSeed(ctx, db.DB, options, command.OutOrStdout())
			})
		},
	}
	command.Flags().Float64Var(&options.Scale, "scale", 1, "size: 1 is 100,000 challenges")
	command.Flags().Uint64Var(&options.Seed, "seed", 1, "which of many hubs of the same size")
	return command
}

func runSeed(ctx context.Context, db *database.DB, options seed.Options, out io.Writer) error {
	if _, err := database.Migrate(ctx, db); err != nil {
		return err
	}
	begin := time.Now()
	options.Progress = func(table string, done, total int64) {
		if done == total {
			fmt.Fprintf(out, "%-20s %9d rows\n", table, total)
		}
	}
	summary, err := seed.Run(ctx, db, options)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%-20s %9d rows in %s\n", "all", summary.Rows(), time.Since(begin).Round(100*time.Millisecond))
	return nil
}
