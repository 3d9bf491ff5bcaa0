// Package jobs is the message edge, the twin of graph: one thin handler for each
// kind of background work. A handler calls services, which hold every rule.
//
// Invariants: each kind that a domain enqueues has a handler; a test reads the
// code for that. Errors are those of the services: the runner tries again, save
// those marked by job.Permanent.
package jobs

import (
	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/job"
	"github.com/project-nexus/nexus/internal/notification"
	"github.com/project-nexus/nexus/internal/program/invitation"
)

// Services are what the handlers call.
type Services struct {
	Accounts      *account.Service
	Invitations   *invitation.Service
	Notifications *notification.Service
}

// Handlers returns the handler of each kind.
func Handlers(s Services) map[job.Kind]job.Handler {
	return map[job.Kind]job.Handler{
		account.JobVerification:      job.Handle(s.Accounts.SendVerification),
		account.JobVerificationAgain: job.Handle(s.Accounts.SendVerificationAgain),
		account.JobReset:             job.Handle(s.Accounts.SendReset),
		account.JobPasswordChanged:   job.Handle(s.Accounts.SendPasswordChanged),
		invitation.JobMail:           job.Handle(s.Invitations.SendMail),
		event.JobNotify:              job.Handle(s.Notifications.Write),
		notification.JobMail:         job.Handle(s.Notifications.SendMail),
	}
}
