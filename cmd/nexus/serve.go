package main

import (
	"context"
	"errors"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
)

// closeTimeout bounds how long a private database may take to stop.
const closeTimeout = 30 * time.Second

func newServeCommand() *cobra.Command {
	var sample bool
	command := &cobra.Command{
		Use:   "serve",
		Short: "Serve GraphQL and the Playground",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return serve(command.Context(), sample)
		},
	}
	command.Flags().BoolVar(&sample, "sample", false, "import the sample hub into an empty database first")
	return command
}

func serve(ctx context.Context, sample bool) (err error) {
	begin := time.Now()
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	log := newLogger(cfg, os.Stderr)
	log.Info("starting", "config", cfg)
	nexus, err := app.New(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer cancel()
		err = errors.Join(err, nexus.Close(closing))
	}()
	if sample {
		if err := nexus.ImportSample(ctx); err != nil {
			return err
		}
	}
	return nexus.Serve(ctx, func(address net.Addr) {
		log.Info("ready", "url", "http://"+address.String()+"/", "took", time.Since(begin).Round(time.Millisecond).String())
	})
}
