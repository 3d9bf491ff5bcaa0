package source

import (
	"archive/zip"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/project-nexus/nexus/internal/errs"
)

// The limits of an archive; beyond one of them it is refused whole.
const (
	maxEntries   = 2000
	maxUnpacked  = 256 << 20
	maxRatio     = 200     // unpacked to packed bytes, of each entry
	maxDirectory = 4 << 20 // bytes of the list of entries: many more than 2,000 take
)

// zipSignature is how every zip archive that holds something begins.
const zipSignature = "PK\x03\x04"

func fromArchive(given, absolute string) (Batch, error) {
	file, err := os.Open(absolute)
	if err != nil {
		return Batch{}, err
	}
	info, err := file.Stat()
	if err != nil {
		return Batch{}, errors.Join(err, file.Close())
	}
	stem := strings.TrimSuffix(filepath.Base(absolute), filepath.Ext(absolute))
	batch, err := readArchive(file, info.Size(), stem, given)
	if err != nil {
		return Batch{}, errors.Join(err, file.Close())
	}
	batch.close = file.Close
	return batch, nil
}

// readArchive finds the documents of an archive after it has passed all limits.
func readArchive(r io.ReaderAt, size int64, stem, shown string) (Batch, error) {
	archive, err := openArchive(r, size)
	if err != nil {
		return Batch{}, err
	}
	if err := checkArchive(archive); err != nil {
		return Batch{}, err
	}
	entries := slices.Clone(archive.File)
	slices.SortStableFunc(entries, func(a, b *zip.File) int { return strings.Compare(insidePath(a), insidePath(b)) })
	batch := Batch{Path: shown}
	reported := map[string]bool{}
	for _, entry := range entries {
		inside := insidePath(entry)
		if inside == "" || entry.Mode().IsDir() {
			continue
		}
		if at, reason := ignoredAt(inside); reason != "" {
			if !reported[at] {
				batch.skip(shown, at, reason)
			}
			reported[at] = true
			continue
		}
		batch.sort(entryFile(entry, stem, shown, inside), entry.Mode())
	}
	return batch, nil
}

// openArchive reads the list of entries, with a bound on how long that may be:
// the count in the archive's header can lie.
func openArchive(r io.ReaderAt, size int64) (*zip.Reader, error) {
	limited := &limitedReaderAt{ReaderAt: r, left: maxDirectory}
	archive, err := zip.NewReader(limited, size)
	if errors.Is(err, errDirectoryTooLong) || archive != nil && len(archive.File) > maxEntries {
		return nil, tooMany()
	}
	if err != nil {
		return nil, errs.BadUserInput("is no zip archive that can be read: %s", err)
	}
	limited.unlimited = true
	return archive, nil
}

func entryFile(entry *zip.File, stem, shown, inside string) File {
	return File{
		Path: path.Join(shown, inside), Source: clean(stem + "/" + inside), Below: clean(inside),
		size: int64(min(entry.UncompressedSize64, maxUnpacked)),
		open: func() (io.ReadCloser, error) {
			if entry.Flags&1 != 0 {
				return nil, errs.BadUserInput("is encrypted")
			}
			return entry.Open()
		},
	}
}

// insidePath is the path of an entry with forward slashes: archives made on
// Windows may have others.
func insidePath(entry *zip.File) string {
	return strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(entry.Name, `\`, "/")), "/")
}

// ignoredAt finds the first part of a path that is left out.
func ignoredAt(inside string) (at, reason string) {
	parts := strings.Split(inside, "/")
	for i, part := range parts {
		if reason := ignored(part, i < len(parts)-1); reason != "" {
			return strings.Join(parts[:i+1], "/"), reason
		}
	}
	return "", ""
}

// errDirectoryTooLong ends the reading of a list of entries.
var errDirectoryTooLong = errors.New("the list of entries is too long")

func tooMany() error {
	return errs.New(errs.CodePayloadTooLarge, "is refused: it holds more than %d entries", maxEntries)
}

// limitedReaderAt fails after so many bytes, until it is made unlimited.
type limitedReaderAt struct {
	io.ReaderAt

	left      int64
	unlimited bool
}

// ReadAt implements io.ReaderAt.
func (l *limitedReaderAt) ReadAt(p []byte, offset int64) (int, error) {
	if !l.unlimited {
		if l.left -= int64(len(p)); l.left < 0 {
			return 0, errDirectoryTooLong
		}
	}
	return l.ReaderAt.ReadAt(p, offset)
}
