package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/job"
)

// folder keeps mails as files: for development, and to read codes by hand.
type folder struct {
	writer
	dir string
	log *slog.Logger
}

func openFolder(w writer, o Options) (Sender, error) {
	if o.Dir == "" {
		return nil, errors.New("neither NEXUS_SMTP_URL nor a folder for mails is given")
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of mails: %w", err)
	}
	return &folder{writer: w, dir: o.Dir, log: o.Log}, nil
}

// nameFormat sorts by time.
const nameFormat = "20060102T150405.000000000Z"

// Send writes a file that mail programs open.
func (f *folder) Send(ctx context.Context, message Message) error {
	m, err := f.write(ctx, message)
	if err != nil {
		return job.Permanent(fmt.Errorf("write a mail: %w", err))
	}
	// The name is taken once all is written: nobody reads half a mail.
	draft, err := os.CreateTemp(f.dir, ".draft-*") // for its owner alone
	if err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	_, err = m.WriteTo(draft)
	err = errors.Join(err, draft.Close())
	name := filepath.Join(f.dir, f.now().UTC().Format(nameFormat)+"-"+uuid.NewString()[:8]+".eml")
	if err == nil {
		err = os.Rename(draft.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("write a mail: %w", errors.Join(err, os.Remove(draft.Name())))
	}
	f.log.InfoContext(ctx, "mail written", "file", name)
	return nil
}
