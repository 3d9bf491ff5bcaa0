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
	"github.com/project-nexus/nexus/internal/ingest/explain"
)

func newExtractCommand() *cobra.Command {
	var out, explained string
	command := &cobra.Command{
		Use:   "extract PATH… --out DIR | --explain FILE",
		Short: "Write what Markdown files hold as JSON, without a database",
		Long: `Writes what Markdown files hold as JSON, without a database.

Each document becomes DIR/<name without extension>.json with its programme,
technologies, concepts, challenges, practices and channels.

With --explain the lines of one file are printed with what each became.`,
		RunE: func(command *cobra.Command, paths []string) (err error) {
			if explained != "" {
				return explainFile(explained, paths, command.OutOrStdout())
			}
			if out == "" || len(paths) == 0 {
				return errors.New("extract needs PATH… and --out DIR, or --explain FILE")
			}
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
	command.Flags().StringVar(&explained, "explain", "", "print the lines of this file with what each became")
	command.MarkFlagsMutuallyExclusive("out", "explain")
	return command
}

// explainFile prints what the lines of a file became.
func explainFile(path string, others []string, out io.Writer) error {
	if len(others) > 0 {
		return fmt.Errorf("--explain takes one file; %s is one too many", others[0])
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	raw, err := io.ReadAll(io.LimitReader(file, ingest.MaxSize+1))
	if err != nil {
		return err
	}
	document, err := ingest.Extract(raw)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	_, err = io.WriteString(out, explain.Lines(document))
	return err
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
