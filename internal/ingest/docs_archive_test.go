package ingest_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/importer/source"
)

// archive writes a zip archive of entries without compression.
func archive(t *testing.T, headers ...zip.FileHeader) string {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for i := range headers {
		if _, err := w.CreateRaw(&headers[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file(t, "docs.zip", packed.Bytes())
}

func file(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// bomb is an archive of a file that packs far too well.
func bomb(t *testing.T) string {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	f, err := w.Create("a.md")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file(t, "docs.zip", packed.Bytes())
}

// many are so many empty entries.
func many(n int) []zip.FileHeader {
	headers := make([]zip.FileHeader, n)
	for i := range headers {
		headers[i].Name = fmt.Sprintf("%d.md", i)
	}
	return headers
}

// readAll imports a path as far as its bytes, and returns what was wrong.
func readAll(t *testing.T, path string) (err error) {
	t.Helper()
	batches := source.Collect([]source.Input{source.Path(path)})
	defer func() {
		if closing := batches.Close(); closing != nil {
			t.Error(closing)
		}
	}()
	for _, batch := range batches {
		if batch.Err != nil {
			return batch.Err
		}
		for _, f := range batch.Files {
			if _, err = f.Read(); err != nil {
				return err
			}
		}
	}
	return nil
}

func TestThePageNamesTheLimitsOfArchivesAndTheirErrors(t *testing.T) {
	t.Parallel()
	if err := readAll(t, archive(t, many(2000)...)); err != nil {
		t.Errorf("an archive of 2,000 entries: %v", err)
	}
	refused := map[string]error{}
	for message, path := range map[string]string{
		"is refused: it holds more than 2000 entries":                        archive(t, many(2001)...),
		"is refused: it unpacks to more than 256 MiB":                        archive(t, zip.FileHeader{Name: "a.md", UncompressedSize64: 256<<20 + 1}),
		"is refused: the entry NAME unpacks to more than 200 times its size": bomb(t),
		"is refused: it holds another archive, NAME":                         archive(t, zip.FileHeader{Name: "b.zip"}),
		"is refused: the entry NAME has an absolute path":                    archive(t, zip.FileHeader{Name: "/a.md"}),
		"is refused: the entry NAME leads out of the archive":                archive(t, zip.FileHeader{Name: "../a.md"}),
		"is encrypted": archive(t, zip.FileHeader{Name: "a.md", Flags: 1}),
		"is no zip archive that can be read: NAME":          file(t, "docs.zip", []byte("PK")),
		"is neither a file nor a folder":                    os.DevNull,
		"is no document: give the folder that it describes": file(t, "hub.json", nil),
		"there is no such file or folder":                   filepath.Join(t.TempDir(), "absent.md"),
	} {
		refused[message] = readAll(t, path)
	}
	holdsRefusals(t, tableOf(t, importing(t), "Of a folder or archive"), refused)
}

// A longer path fails in the importer, which has no exported name for the limit.
func TestThePageNamesTheLongestPath(t *testing.T) {
	t.Parallel()
	code, err := os.ReadFile("../importer/prepare.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(code), "const maxSource = 1000\n") || !strings.Contains(importing(t), "A path may have 1,000 characters.") {
		t.Error("the page and the importer differ")
	}
}

func TestTheLinksOfThePageLeadSomewhere(t *testing.T) {
	t.Parallel()
	prose := importing(t)
	for _, b := range blocksOf(t, prose) {
		prose = strings.Replace(prose, b.text, "", 1)
	}
	links := regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(prose, -1)
	for _, m := range links {
		path, heading, _ := strings.Cut(m[1], "#")
		if path != "" {
			if _, err := os.Stat(filepath.Join("../../docs", path)); err != nil {
				t.Error(err)
			}
		} else if heading = strings.ReplaceAll(heading, "-", " "); !strings.Contains(strings.ToLower(prose), "# "+heading+"\n") {
			t.Errorf("the page has no heading %q", heading)
		}
	}
	if len(links) < 4 {
		t.Errorf("only %d links were found", len(links))
	}
}
