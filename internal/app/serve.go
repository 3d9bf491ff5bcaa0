package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	readHeaderTimeout = 5 * time.Second
	idleTimeout       = 2 * time.Minute
	// answerMargin is what an answer may take beyond the request's own deadline.
	answerMargin   = 10 * time.Second
	maxHeaderBytes = 64 << 10
)

// Serve listens at the configured address until ctx ends, then finishes the
// requests in flight. ready, when not nil, is told the address.
func (a *App) Serve(ctx context.Context, ready func(net.Addr)) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.HTTPAddr)
	if err != nil {
		return fmt.Errorf("listen at %s (NEXUS_HTTP_ADDR): %w", a.cfg.HTTPAddr, err)
	}
	server := &http.Server{
		Handler:           a.handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       a.cfg.RequestTimeout,
		WriteTimeout:      a.cfg.RequestTimeout + answerMargin,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	background := a.background(ctx)
	defer background()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	if ready != nil {
		ready(listener.Addr())
	}
	select {
	case err := <-failed:
		return fmt.Errorf("serve at %s: %w", a.cfg.HTTPAddr, err)
	case <-ctx.Done():
	}
	a.log.Info("stopping", "wait", a.cfg.ShutdownTimeout.String())
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.cfg.ShutdownTimeout)
	defer cancel()
	if err := a.shutDown(ctx, server); err != nil {
		return errors.Join(fmt.Errorf("requests were still running: %w", err), server.Close())
	}
	return nil
}

// shutDown finishes requests and ends sockets and streams. The latter do not count
// as requests, or never end by themselves.
func (a *App) shutDown(ctx context.Context, server *http.Server) error {
	streams := make(chan error, 1)
	go func() { streams <- a.streams.Close(ctx) }()
	requests := server.Shutdown(ctx)
	return errors.Join(requests, <-streams)
}

// background starts what runs beside the requests. The returned function ends it
// and waits for it.
func (a *App) background(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { a.work(ctx) })
	running.Go(func() { a.prune(ctx) })
	running.Go(func() { a.services.Events.Run(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}
