package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/project-nexus/nexus/graph"
)

func newSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the schema in GraphQL's schema language",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			_, err := io.WriteString(command.OutOrStdout(), graph.SDL())
			return err
		},
	}
}
