package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// startLimit bounds the start of all services together.
const startLimit = 90 * time.Second

// service is one that can be started: it returns its URL and how to stop it.
type service struct {
	name, variable string
	start          func(ctx context.Context, folder string) (url string, stop func() error, err error)
}

func services() []service {
	return []service{
		{"postgres", "NEXUS_TEST_DATABASE_URL", startPostgres},
		{"redis", "NEXUS_TEST_REDIS_URL", startRedis},
		{"rabbitmq", "NEXUS_TEST_AMQP_URL", startRabbitMQ},
	}
}

// group is the services that were started, with the folder of their files.
type group struct {
	folder string
	mu     sync.Mutex
	urls   map[string]string // by variable
	stops  []func() error
	ready  []string
}

// start starts, at the same time, the named services whose variables are not
// set. Also when it fails the group is to be stopped.
func start(ctx context.Context, names []string) (*group, error) {
	g := &group{urls: map[string]string{}}
	var missing []service
	for _, s := range services() {
		if slices.Contains(names, s.name) && os.Getenv(s.variable) == "" {
			missing = append(missing, s)
		}
	}
	if len(missing) == 0 {
		return g, nil
	}
	var err error
	if g.folder, err = makeFolder(); err != nil {
		return g, err
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	failures := make([]error, len(missing))
	var wait sync.WaitGroup
	for i, s := range missing {
		wait.Go(func() {
			if failures[i] = g.add(ctx, s); failures[i] != nil {
				cancel() // the others need not go on
			}
		})
	}
	wait.Wait()
	return g, firstCause(failures)
}

func (g *group) add(ctx context.Context, s service) error {
	url, stop, err := s.start(ctx, g.folder)
	g.mu.Lock()
	defer g.mu.Unlock()
	if stop != nil {
		g.stops = append(g.stops, stop)
	}
	if err != nil {
		return fmt.Errorf("%s: %w (set %s to use a server of yours)", s.name, err, s.variable)
	}
	g.urls[s.variable] = url
	g.ready = append(g.ready, s.name)
	return nil
}

// firstCause leaves out those that were only cancelled by another's failure.
func firstCause(failures []error) error {
	causes := slices.DeleteFunc(slices.Clone(failures), func(err error) bool {
		return err == nil || errors.Is(err, context.Canceled)
	})
	if len(causes) == 0 {
		return errors.Join(failures...)
	}
	return errors.Join(causes...)
}

// environment returns the variables of the services that were started.
func (g *group) environment() []string {
	var list []string
	for variable, url := range g.urls {
		list = append(list, variable+"="+url)
	}
	slices.Sort(list)
	return list
}

func (g *group) names() string {
	slices.Sort(g.ready)
	return strings.Join(g.ready, ", ")
}

// stop ends all services and removes their files.
func (g *group) stop() error {
	var failures []error
	for _, stop := range g.stops {
		failures = append(failures, stop())
	}
	if g.folder != "" {
		killIn(g.folder)
		failures = append(failures, os.RemoveAll(g.folder))
	}
	return errors.Join(failures...)
}
