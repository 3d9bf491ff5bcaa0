package main

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
)

// startRabbitMQ runs a node, and a port mapper of its own that Erlang would
// otherwise start once for the whole machine and leave behind.
func startRabbitMQ(ctx context.Context, folder string) (string, func() error, error) {
	// Debian's command in the PATH only lets root and rabbitmq pass.
	program, err := findProgram("rabbitmq-server", "apt-get install rabbitmq-server, or brew install rabbitmq",
		"/usr/lib/rabbitmq/bin/rabbitmq-server")
	if err != nil {
		return "", nil, err
	}
	epmdProgram, err := findProgram("epmd", "it comes with Erlang")
	if err != nil {
		return "", nil, err
	}
	ports, err := freePorts(3)
	if err != nil {
		return "", nil, err
	}
	amqp, distribution, mapper := ports[0], ports[1], ports[2]
	account := credential("rabbitmq", "nobody")
	folder = filepath.Join(folder, "rabbitmq")
	environment := append(nodeEnvironment(folder, amqp, distribution),
		"ERL_EPMD_ADDRESS=127.0.0.1", "ERL_EPMD_PORT="+mapper)

	epmd, err := launch(account, folder, environment, epmdProgram, "-address", "127.0.0.1", "-port", mapper)
	if err != nil {
		return "", nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, "enabled_plugins"), []byte("[].\n"), 0o644); err != nil { //nolint:gosec // the account reads it
		return "", epmd.stop, err
	}
	node, err := launch(account, folder, environment, program)
	if err != nil {
		return "", epmd.stop, err
	}
	stop := func() error { return errors.Join(node.stop(), epmd.stop()) }
	address := net.JoinHostPort("127.0.0.1", amqp)
	// The protocol's header; the answer is the first frame of the handshake.
	err = node.waitFor(ctx, func(ctx context.Context) error { return ask(ctx, address, "AMQP\x00\x00\x09\x01", 1) })
	return "amqp://guest:guest@" + address + "/", stop, err
}

func nodeEnvironment(folder, amqp, distribution string) []string {
	in := func(name string) string { return filepath.Join(folder, name) }
	return []string{
		"RABBITMQ_NODENAME=nexus-test-" + amqp + "@localhost",
		"RABBITMQ_NODE_IP_ADDRESS=127.0.0.1",
		"RABBITMQ_NODE_PORT=" + amqp,
		"RABBITMQ_DIST_PORT=" + distribution,
		"RABBITMQ_MNESIA_BASE=" + in("data"),
		"RABBITMQ_LOG_BASE=" + in("log"),
		"RABBITMQ_PID_FILE=" + in("pid"),
		"RABBITMQ_ENABLED_PLUGINS_FILE=" + in("enabled_plugins"),
		"RABBITMQ_FEATURE_FLAGS_FILE=" + in("feature_flags"),
		// The machine's own files do not count here.
		"RABBITMQ_CONFIG_FILE=" + in("none"),
		"RABBITMQ_ADVANCED_CONFIG_FILE=" + in("none"),
		"RABBITMQ_CONF_ENV_FILE=/dev/null",
		"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}",
		// Runs the node in this process, not below a shell that waits for it.
		"RUNNING_UNDER_SYSTEMD=true",
	}
}
