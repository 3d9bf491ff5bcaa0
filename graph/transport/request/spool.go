package request

import (
	"io"
	"mime"
	"mime/multipart"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
)

// longestFilename is what file systems take, in bytes.
const longestFilename = 255

// spooled is a file of a request in a temporary file.
type spooled struct {
	file        *os.File
	name        string
	size        int64
	contentType string
}

// spool writes a part to a temporary file; messages call it shown.
func (r *formReader) spool(part *multipart.Part, shown string) (*spooled, *errs.Error) {
	name := part.FileName()
	switch {
	case name == "":
		return nil, errs.BadUserInput("The part %q is no file: it has no filename.", shown)
	case !utf8.ValidString(name) || strings.ContainsRune(name, 0) || len(name) > longestFilename:
		return nil, errs.BadUserInput("The filename of %q is not a text of at most %d bytes in UTF-8.", shown, longestFilename)
	}
	file, err := os.CreateTemp(r.limits.Folder, "nexus-upload-*")
	if err != nil {
		return nil, r.refuse(err)
	}
	s := &spooled{file: file, name: name, contentType: mediaTypeOf(part)}
	r.form.files = append(r.form.files, s)
	// An open file needs no name: without one nothing is left over, even by a
	// process that is killed. Where that cannot be done, remove does it.
	_ = os.Remove(file.Name())
	s.size, err = io.Copy(file, io.LimitReader(part, r.limits.File+1))
	switch {
	case err != nil:
		return nil, r.refuse(err)
	case s.size > r.limits.File:
		return nil, errs.New(errs.CodePayloadTooLarge, "The file %q is larger than %d bytes.", shown, r.limits.File)
	}
	return s, nil
}

// mediaTypeOf returns the type that the client names, without parameters.
func mediaTypeOf(part *multipart.Part) string {
	media, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
	if err != nil {
		return "application/octet-stream"
	}
	return media
}

// upload returns the file as resolvers read it. Each has a position of its own.
func (s *spooled) upload() graphql.Upload {
	return graphql.Upload{
		File: io.NewSectionReader(s.file, 0, s.size), Filename: s.name, Size: s.size, ContentType: s.contentType,
	}
}

func (s *spooled) remove() {
	_ = s.file.Close()
	_ = os.Remove(s.file.Name()) // it has no name any more, as a rule
}
