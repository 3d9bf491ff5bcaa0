package edge

import (
	"context"
	"errors"
	"net/http"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
)

// Authenticator tells who a bearer token stands for. It returns UNAUTHENTICATED
// for a token that is not good, for whatever reason.
type Authenticator func(ctx context.Context, token string) (auth.Actor, error)

// withActor makes a request act for whom its bearer token stands for. A request
// with a token that is not good is refused, rather than served as a visitor's:
// its client believes to be signed in.
func (e *Edge) withActor(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Authorization")
		headers := r.Header.Values("Authorization")
		if len(headers) == 0 {
			next.ServeHTTP(w, r)
			return
		}
		token, ok := auth.BearerToken(headers[0])
		if len(headers) > 1 || !ok {
			refuseToken(w, r)
			return
		}
		actor, err := e.authenticate(r.Context(), token)
		switch code := errs.CodeOf(err); {
		case err == nil && actor.User != nil:
			next.ServeHTTP(w, r.WithContext(auth.WithActor(r.Context(), actor)))
		case code == errs.CodeUnavailable, code == errs.CodeTimeout, code == errs.CodeRateLimited:
			transport.Refuse(w, r, errs.As(err))
		case code == errs.CodeInternal:
			e.logFault(r, err)
			transport.Refuse(w, r, internal())
		default:
			refuseToken(w, r)
		}
	})
}

func (e *Edge) authenticate(ctx context.Context, token string) (auth.Actor, error) {
	if e.options.Authenticate == nil {
		return auth.Actor{}, errs.New(errs.CodeUnauthenticated, "No token is good here.")
	}
	ctx, cancel := context.WithTimeout(ctx, e.options.Timeout)
	defer cancel()
	actor, err := e.options.Authenticate(ctx, token)
	if errors.Is(err, context.DeadlineExceeded) && errs.As(err) == nil {
		err = errs.New(errs.CodeTimeout, "The sign-in took longer than its deadline.").Because(err)
	}
	return actor, err
}

// refuseToken says the same of every token that is not good.
func refuseToken(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	transport.Refuse(w, r, errs.New(errs.CodeUnauthenticated, "The access token is not good; renew the session or sign in."))
}
