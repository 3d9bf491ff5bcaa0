package app

import (
	"net/http"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/app/edge"
)

// WithEdge replaces who authenticates bearer tokens and what serves public keys.
func (a *App) WithEdge(authenticate edge.Authenticator, jwks http.Handler) *App {
	a.authenticate, a.jwks = authenticate, jwks
	a.handler = a.newHandler()
	return a
}

// Sabotage changes the services of a, to see what a fault in one of them does.
func (a *App) Sabotage(change func(*graph.Services)) {
	change(&a.services)
	a.handler = a.newHandler()
}
