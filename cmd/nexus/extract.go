package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/project-nexus/nexus/internal/importer/source"
	"github.com/project-nexus/nexus/internal/ingest"
)

func newExtractCommand() *cobra.Command {
	var out string
	command := &cobra.Command{
		Use:   "extract PATH… --out DIR",
		Short: "Write what Markdown files hold as JSON, without a database",
		Long: `Writes what Markdown files hold as JSON, without a database.

Each document becomes DIR/<name without extension>.json with its programme,
technologies, concepts, challenges, practices and channels.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, paths []string) (err error) {
			inputs := make([]source.Input, len(paths))
			for i, path := range paths {
				inputs[i] = source.Path(path)
			}
			batches := source.Collect(inputs)
			defer func() { err = errors.Join(err, batches.Close()) }()
			return runExtract(command.Context(), batches, out, command.OutOrStdout())
		},
	}
	command.Flags().StringVar(&out, "out", "", "folder for the JSON files; it is created when absent")
	// The flag exists: it was declared one line above.
	_ = command.MarkFlagRequired("out")
	return command
}

func runExtract(ctx context.Context, batches source.Batches, dir string, out io.Writer) error {
	names, err := extractNames(batches)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	written, failed := 0, 0
	fail := func(path string, err error) {
		failed++
		fmt.Fprintf(out, "failed    %s: %v\n", path, err)
	}
	for _, batch := range batches {
		if batch.Err != nil {
			fail(batch.Path, batch.Err)
		}
		for _, file := range batch.Files {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := extractFile(file, filepath.Join(dir, names[file.Path])); err != nil {
				fail(file.Path, err)
				continue
			}
			written++
		}
	}
	fmt.Fprintf(out, "%s written to %s, %d failed\n", count(written, "file"), dir, failed)
	if failed > 0 {
		return fmt.Errorf("%s failed", count(failed, "file"))
	}
	return nil
}

// extractNames gives each document the name of its JSON file. Two documents
// with one name are an error: the second would overwrite the first.
func extractNames(batches source.Batches) (map[string]string, error) {
	names, paths := map[string]string{}, map[string]string{}
	for _, batch := range batches {
		for _, file := range batch.Files {
			base := filepath.Base(file.Path)
			name := strings.TrimSuffix(base, filepath.Ext(base)) + ".json"
			if other, taken := paths[name]; taken {
				return nil, fmt.Errorf("%s and %s would both become %s; nothing was written", other, file.Path, name)
			}
			names[file.Path], paths[name] = name, file.Path
		}
	}
	return names, nil
}

func extractFile(file source.File, to string) error {
	content, err := file.Read()
	if err != nil {
		return err
	}
	document, err := ingest.Extract(content)
	if err != nil {
		return err
	}
	text, err := ingest.GoldJSON(document)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}
