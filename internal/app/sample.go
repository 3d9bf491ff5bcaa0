package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/project-nexus/nexus/examples"
	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/source"
)

// ImportSample imports the sample hub, with its users and cohorts, into an
// empty database. One that holds documents is left as it is. The sample's people
// can sign in, each time with the password that is logged. A production set-up
// is refused: the sample's people have a password that strangers may know.
func (a *App) ImportSample(ctx context.Context) error {
	if a.cfg.Production() {
		return errors.New("the sample hub is for development, and NEXUS_ENV is production")
	}
	filled, err := a.services.Documents.Any(ctx)
	if err != nil {
		return err
	}
	if !filled {
		if err := a.importSample(ctx); err != nil {
			return err
		}
	}
	return a.openSampleAccounts(ctx, !filled)
}

func (a *App) importSample(ctx context.Context) error {
	hub := source.FS(examples.HubName, examples.Hub())
	summary, err := importer.New(importer.NewServices(a.DB())).Import(ctx, []source.Input{hub}, importer.Options{Create: true})
	if err != nil {
		return fmt.Errorf("import the sample hub: %w", err)
	}
	for _, file := range summary.Files {
		if file.Err != nil {
			return fmt.Errorf("import the sample hub: %s: %w", file.Path, file.Err)
		}
	}
	a.log.Info("imported the sample hub", "documents", summary.Changed())
	return nil
}
