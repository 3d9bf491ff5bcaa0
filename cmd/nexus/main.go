// Command nexus is the knowledge hub of a software-engineering programme:
// server, importer and tools in one binary. Each subcommand has a file here.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := newRootCommand().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "nexus:", err)
		stop()
		os.Exit(1)
	}
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "nexus",
		Short:         "The knowledge hub of a software-engineering programme, as a GraphQL API",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
	}
	root.AddCommand(
		newServeCommand(),
		newMigrateCommand(),
		newSchemaCommand(),
		newSeedCommand(),
		newImportCommand(),
		newExtractCommand(),
		newKeysCommand(),
		newUserCommand(),
		newHealthzCommand(),
	)
	return root
}
