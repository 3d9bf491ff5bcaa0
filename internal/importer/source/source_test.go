package source_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/importer/source"
)

func TestAFolderYieldsItsDocumentsAndReportsTheRest(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(t.TempDir(), "secret.md")
	write(t, outside, "# Not ours")
	dir := filepath.Join(t.TempDir(), "hub")
	for _, name := range []string{
		"README.md", "b/Notes.MARKDOWN", "b/readme", "b/Readme.rst", "b/c/x.MD", "photo.png",
		".git/README.md", ".git/config", "b/node_modules/p/README.md", ".env.md", "hub.json", "hub.schema.json", "b/hub.json",
	} {
		write(t, filepath.Join(dir, name), "text")
	}
	for link, target := range map[string]string{"out.md": outside, "again.md": "README.md", "linked": filepath.Dir(outside)} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.md"), 0o600); err != nil {
		t.Fatal(err)
	}
	batch := collect(t, source.Path(dir))
	want := []string{"hub/README.md", "hub/b/Notes.MARKDOWN", "hub/b/Readme.rst", "hub/b/c/x.MD", "hub/b/readme"}
	if diff := cmp.Diff(want, sources(batch)); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	skipped := map[string]string{}
	for _, s := range batch.Skipped {
		skipped[strings.TrimPrefix(s.Path, dir+"/")] = s.Reason
	}
	if diff := cmp.Diff(map[string]string{
		".git": "is hidden", ".env.md": "is hidden", "b/node_modules": "holds files of tools", "photo.png": "is no Markdown file",
		"b/hub.json": "counts at the top of the given folder only", "pipe.md": "is not a regular file",
		"out.md": "is a symbolic link", "again.md": "is a symbolic link", "linked": "is a symbolic link",
	}, skipped); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	if batch.Hub == nil {
		t.Error("hub.json was not found")
	}
}

func TestTheSourceKeyComesFromTheGivenName(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "spring")
	write(t, filepath.Join(dir, "week-1", "README.md"), "text")
	archive := filepath.Join(dir, "docs.v2.zip")
	writeZip(t, archive, entries{"week-1/README.md": "text", `win\notes.md`: "text"})
	for name, c := range map[string]struct {
		input source.Input
		want  []string
	}{
		"folder":       {source.Path(filepath.Join(dir, "week-1")), []string{"week-1/README.md"}},
		"folder/":      {source.Path(filepath.Join(dir, "week-1") + "/"), []string{"week-1/README.md"}},
		"folder/.":     {source.Path(filepath.Join(dir, "week-1", ".")), []string{"week-1/README.md"}},
		"file":         {source.Path(filepath.Join(dir, "week-1", "README.md")), []string{"week-1/README.md"}},
		"zip":          {source.Path(archive), []string{"docs.v2/week-1/README.md", "docs.v2/win/notes.md"}},
		"reader":       {source.Reader("mail/notes", strings.NewReader("text")), []string{"mail/notes"}},
		"file system":  {source.FS("sample", fstest.MapFS{"a/README.md": {Data: []byte("text")}}), []string{"sample/a/README.md"}},
		"decomposed é": {source.FS("cafe\u0301", fstest.MapFS{"README.md": {}}), []string{"caf\u00e9/README.md"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, sources(collect(t, c.input))); diff != "" {
				t.Errorf("sources (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAZipReadsLikeAFolder(t *testing.T) {
	t.Parallel()
	archive := filepath.Join(t.TempDir(), "hub.zip")
	writeZip(t, archive, entries{
		"README.md": "# Top", "hub.json": "{}", "a/photo.png": "png", "a/.github/x.md": "x", "a/.github/y.md": "y",
		"__MACOSX/README.md": "x", "a/report.docx": "PK\x03\x04 and more", "a/": "",
	})
	batch := collect(t, source.Path(archive))
	if diff := cmp.Diff([]string{"hub/README.md"}, sources(batch)); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	content, err := batch.Files[0].Read()
	if err != nil || string(content) != "# Top" {
		t.Errorf("content %q, %v", content, err)
	}
	var skipped []string
	for _, s := range batch.Skipped {
		skipped = append(skipped, strings.TrimPrefix(s.Path, archive+"/"))
	}
	if diff := cmp.Diff([]string{"__MACOSX", "a/.github", "a/photo.png", "a/report.docx"}, skipped); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	if batch.Hub == nil {
		t.Error("hub.json was not found")
	}
}

// Each of these archives also holds a good document: it must not be read.
func TestADangerousZipIsRefusedWhole(t *testing.T) {
	t.Parallel()
	inner := zipBytes(t, entries{"README.md": "# Inside"})
	many := entries{}
	for i := range 2001 {
		many[fmt.Sprintf("%04d.txt", i)] = ""
	}
	for name, c := range map[string]struct {
		content []byte
		reason  string
	}{
		"parent folder":           {zipBytes(t, entries{"good.md": "x", "../evil.md": "x"}), "leads out of the archive"},
		"parent folder inside":    {zipBytes(t, entries{"good.md": "x", "a/../../evil.md": "x"}), "leads out of the archive"},
		"parent with backslash":   {zipBytes(t, entries{"good.md": "x", `a\..\..\evil.md`: "x"}), "leads out of the archive"},
		"absolute path":           {zipBytes(t, entries{"good.md": "x", "/etc/evil.md": "x"}), "absolute path"},
		"drive letter":            {zipBytes(t, entries{"good.md": "x", `C:\evil.md`: "x"}), "absolute path"},
		"2,001 entries":           {zipBytes(t, many), "more than 2000 entries"},
		"a zip inside, by name":   {zipBytes(t, entries{"good.md": "x", "inner.ZIP": "x"}), "another archive"},
		"a zip inside, disguised": {zipBytes(t, entries{"good.md": "x", "inner.dat": string(inner)}), "another archive"},
		"ratio":                   {zipBytes(t, entries{"good.md": "x", "zeros.txt": strings.Repeat("\x00", 1<<20)}), "200 times its size"},
		"more than 256 MiB":       {bombOfManyEntries(t, nil), "more than 256 MiB"},
		"a bomb whose sizes lie":  {bombOfManyEntries(t, func(h *zip.FileHeader) { h.UncompressedSize64 = 100 }), "more than 256 MiB"},
		"a list that never ends":  {endlessDirectory(t), "more than 2000 entries"},
		"no zip at all":           {[]byte("# README"), "no zip archive"},
		"empty file":              {nil, "no zip archive"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive := filepath.Join(t.TempDir(), "given.zip")
			write(t, archive, string(c.content))
			begin := time.Now()
			batch := collect(t, source.Path(archive))
			if took := time.Since(begin); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
			if len(batch.Files) > 0 || errs.As(batch.Err) == nil || !strings.Contains(batch.Err.Error(), c.reason) {
				t.Errorf("got %d files and error %v, want none and %q", len(batch.Files), batch.Err, c.reason)
			}
		})
	}
}

//nolint:paralleltest // it measures the memory of the process
func TestRefusingABombTakesLittleMemory(t *testing.T) {
	archive := filepath.Join(t.TempDir(), "bomb.zip")
	write(t, archive, string(bombOfManyEntries(t, nil)))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	collect(t, source.Path(archive))
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 50<<20 {
		t.Errorf("allocated %d MiB", used>>20)
	}
}

func TestABrokenEntryFailsAlone(t *testing.T) {
	t.Parallel()
	content := zipBytes(t, entries{"bad.md": strings.Repeat("The first text, which will be broken. ", 50), "good.md": "# Good"})
	// The packed bytes of the first entry come after its header and its name.
	for i := 45; i < 55; i++ {
		content[i] ^= 0xFF
	}
	archive := filepath.Join(t.TempDir(), "given.zip")
	write(t, archive, string(content))
	batch := collect(t, source.Path(archive))
	if diff := cmp.Diff([]string{"given/bad.md", "given/good.md"}, sources(batch)); diff != "" {
		t.Fatalf("sources (-want +got):\n%s (%v)", diff, batch.Err)
	}
	if _, err := batch.Files[0].Read(); errs.CodeOf(err) != errs.CodeBadUserInput {
		t.Errorf("the broken entry: %v", err)
	}
	if content, err := batch.Files[1].Read(); err != nil || string(content) != "# Good" {
		t.Errorf("the good entry: %q, %v", content, err)
	}
}

func TestWhatCannotBeImportedSaysWhy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "hub.json"), "{}")
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path, reason string
		code         errs.Code
	}{
		"absent":   {filepath.Join(dir, "absent.md"), "no such file", errs.CodeNotFound},
		"pipe":     {pipe, "neither a file nor a folder", errs.CodeBadUserInput},
		"hub.json": {filepath.Join(dir, "hub.json"), "is no document", errs.CodeBadUserInput},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			batch := collect(t, source.Path(c.path))
			if errs.CodeOf(batch.Err) != c.code || !strings.Contains(batch.Err.Error(), c.reason) {
				t.Errorf("got %v, want %s: %s", batch.Err, c.code, c.reason)
			}
		})
	}
}

func TestAFileOfMoreThan5MiBIsNotReadWhole(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "large.md")
	write(t, path, strings.Repeat("x", 5<<20+1))
	endless := &countingReader{}
	for name, input := range map[string]source.Input{
		"file": source.Path(path), "endless input": source.Reader("endless", endless),
	} {
		_, err := collect(t, input).Files[0].Read()
		if errs.CodeOf(err) != errs.CodePayloadTooLarge {
			t.Errorf("%s: %v", name, err)
		}
	}
	if endless.read > 6<<20 {
		t.Errorf("%d bytes were read", endless.read)
	}
}

// countingReader never ends.
type countingReader struct{ read int }

func (r *countingReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	r.read += len(p)
	return len(p), nil
}

func collect(t *testing.T, input source.Input) source.Batch {
	t.Helper()
	batches := source.Collect([]source.Input{input})
	t.Cleanup(func() {
		if err := batches.Close(); err != nil {
			t.Error(err)
		}
	})
	return batches[0]
}

func sources(b source.Batch) []string {
	var list []string
	for _, f := range b.Files {
		list = append(list, f.Source)
	}
	return list
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// entries are the contents of an archive by name.
type entries map[string]string

func writeZip(t *testing.T, path string, e entries) {
	t.Helper()
	write(t, path, string(zipBytes(t, e)))
}

func zipBytes(t *testing.T, e entries) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(e)) {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, e[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bombOfManyEntries packs 300 MiB at a ratio below the limit: each entry is a
// copy of the same packed bytes.
func bombOfManyEntries(t *testing.T, change func(*zip.FileHeader)) []byte {
	t.Helper()
	const size = 10 << 20
	block := make([]byte, 4096)
	for i := range block {
		block[i] = byte(i * i >> 3)
	}
	text := make([]byte, 0, size)
	for i := 0; len(text) < size; i++ {
		copy(block[:200], binary.AppendVarint(nil, int64(i)*7919))
		text = append(text, block...)
	}
	packed := zipBytes(t, entries{"part": string(text)})
	from, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range 30 {
		raw, err := from.File[0].OpenRaw()
		if err != nil {
			t.Fatal(err)
		}
		header := from.File[0].FileHeader
		header.Name = fmt.Sprintf("part-%02d.md", i)
		if change != nil {
			change(&header)
		}
		f, err := w.CreateRaw(&header)
		if err == nil {
			_, err = io.Copy(f, raw)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// endlessDirectory lists a million entries.
func endlessDirectory(t *testing.T) []byte {
	t.Helper()
	content := zipBytes(t, entries{"a.md": ""})
	end := bytes.LastIndex(content, []byte("PK\x05\x06"))
	start := bytes.LastIndex(content[:end], []byte("PK\x01\x02"))
	list := bytes.Repeat(content[start:end], 200_000)
	lying := append(append(append([]byte{}, content[:start]...), list...), content[end:]...)
	binary.LittleEndian.PutUint32(lying[len(lying)-10:], uint32(len(list)))
	return lying
}
