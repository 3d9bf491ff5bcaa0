package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/auth/password"
	"github.com/project-nexus/nexus/internal/auth/token"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/job"
	"github.com/project-nexus/nexus/internal/jobs"
	"github.com/project-nexus/nexus/internal/mail"
	"github.com/project-nexus/nexus/internal/user"
)

// audience is whom access tokens are for.
const audience = "nexus"

// pruneEvery is how often expired sessions, codes, attempts and answers are removed.
const pruneEvery = time.Hour

// OpenAccounts returns the service that signs people in, on a migrated database.
// keys may be nil for a command, which signs nobody in.
func OpenAccounts(ctx context.Context, cfg config.Config, db *database.DB, keys *token.Keys, log *slog.Logger) (*account.Service, error) {
	sender, err := mail.Open(mail.Options{
		URL: string(cfg.SMTPURL), Dir: filepath.Join(cfg.DataDir, "mail"), From: cfg.MailFrom, Log: log,
	})
	if err != nil {
		return nil, err
	}
	return account.Open(ctx, db, account.Options{
		Profiles:  user.New(db),
		Passwords: password.New(password.Options{}),
		Keys:      keys,
		Mail:      sender,
		PublicURL: cfg.PublicURL,
		Log:       log,
	})
}

// openAccounts opens what signing in needs, and the runner of its mails.
func (a *App) openAccounts(ctx context.Context) error {
	keys, err := token.Open(ctx, a.DB(), token.Options{
		Issuer: a.cfg.PublicURL, Audience: audience, PEMFile: a.cfg.SigningKeyFile, Logger: a.log,
	})
	if err != nil {
		return err
	}
	accounts, err := OpenAccounts(ctx, a.cfg, a.DB(), keys, a.log)
	if err != nil {
		return err
	}
	a.services = newServices(a.DB(), accounts, a.log)
	a.authenticate, a.jwks = accounts.Authenticate, keys.Handler()
	a.runner = job.NewRunner(a.DB(), jobs.Handlers(jobs.Services{
		Accounts: accounts, Invitations: a.services.Invitations, Notifications: a.services.Notifications,
	}), job.Options{
		Log: a.log, Grace: a.cfg.ShutdownTimeout / 2,
	})
	return nil
}

// work runs background jobs until ctx ends.
func (a *App) work(ctx context.Context) {
	if err := a.runner.Run(ctx); err != nil {
		a.log.ErrorContext(ctx, "background work has stopped", "code", "INTERNAL")
		a.log.DebugContext(ctx, "background work has stopped", "error", err)
	}
}

// prune removes what has expired, now and again.
func (a *App) prune(ctx context.Context) {
	ticker := time.NewTicker(pruneEvery)
	defer ticker.Stop()
	for {
		err := errors.Join(a.services.Accounts.Prune(ctx), a.services.Invitations.Prune(ctx), a.answers.Prune(ctx))
		if err != nil && ctx.Err() == nil {
			a.log.WarnContext(ctx, "what has expired could not be removed")
			a.log.DebugContext(ctx, "what has expired could not be removed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
