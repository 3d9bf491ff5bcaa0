package source

import (
	"archive/zip"
	"bufio"
	"bytes"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"

	"github.com/project-nexus/nexus/internal/errs"
)

// checkArchive refuses an archive that is dangerous: names that lead out of it,
// more bytes than the limits when unpacked, an archive inside. What the headers
// say of sizes is checked first, being cheap, and then counted, because they
// can lie. An entry that is merely broken passes: reading it will fail.
func checkArchive(archive *zip.Reader) error {
	declared := uint64(0)
	for _, entry := range archive.File {
		if err := checkName(entry); err != nil {
			return err
		}
		declared += min(entry.UncompressedSize64, maxUnpacked+1)
	}
	if declared > maxUnpacked {
		return tooMuchUnpacked()
	}
	total := int64(0)
	for _, entry := range archive.File {
		unpacked, err := countUnpacked(entry, maxUnpacked-total)
		if err != nil {
			return err
		}
		total += unpacked
	}
	return nil
}

// drive is how an absolute path begins on Windows.
var drive = regexp.MustCompile(`^[A-Za-z]:/`)

func checkName(entry *zip.File) error {
	name := strings.ReplaceAll(entry.Name, `\`, "/")
	switch {
	case strings.HasPrefix(name, "/"), drive.MatchString(name):
		return errs.BadUserInput("is refused: the entry %q has an absolute path", shorten(entry.Name))
	case slices.Contains(strings.Split(name, "/"), ".."):
		return errs.BadUserInput("is refused: the entry %q leads out of the archive", shorten(entry.Name))
	case strings.EqualFold(path.Ext(name), ".zip"):
		return archiveInside(entry)
	}
	return nil
}

// countUnpacked returns the size of an entry when unpacked, without keeping it.
func countUnpacked(entry *zip.File, left int64) (int64, error) {
	raw, err := entry.OpenRaw()
	if err != nil {
		return 0, nil // a broken entry fails when it is read
	}
	content := raw
	if entry.Method == zip.Deflate {
		inflate := flate.NewReader(raw)
		defer func() { _ = inflate.Close() }()
		content = inflate
	}
	buffered := bufio.NewReader(content)
	if start, err := buffered.Peek(len(zipSignature)); err == nil && bytes.Equal(start, []byte(zipSignature)) && !isZipByDesign(entry.Name) {
		return 0, archiveInside(entry)
	}
	packed := int64(min(entry.CompressedSize64, maxUnpacked))
	limit := min(left, maxRatio*packed)
	// A broken stream ends the count; the bytes until there are what it holds.
	n, _ := io.Copy(io.Discard, io.LimitReader(buffered, limit+1))
	if n <= limit {
		return n, nil
	}
	if limit == left {
		return 0, tooMuchUnpacked()
	}
	return 0, errs.New(errs.CodePayloadTooLarge, "is refused: the entry %q unpacks to more than %d times its size", shorten(entry.Name), maxRatio)
}

// isZipByDesign tells formats of documents and programs that are zip archives
// inside; nobody unpacks them here.
func isZipByDesign(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".jar", ".war", ".apk", ".ipa", ".whl":
		return true
	default:
		return false
	}
}

func archiveInside(entry *zip.File) error {
	return errs.BadUserInput("is refused: it holds another archive, %q", shorten(entry.Name))
}

func tooMuchUnpacked() error {
	return errs.New(errs.CodePayloadTooLarge, "is refused: it unpacks to more than %d MiB", maxUnpacked>>20)
}

// shorten cuts a name to what a message can hold.
func shorten(name string) string {
	const longest = 200
	if len(name) > longest {
		return strings.ToValidUTF8(name[:longest], "") + "…"
	}
	return name
}
