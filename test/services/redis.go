package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"path/filepath"
	"time"
)

// answerLimit bounds one question to a service that is starting.
const answerLimit = time.Second

// startRedis runs a server that keeps nothing on disk.
func startRedis(ctx context.Context, folder string) (string, func() error, error) {
	program, err := findProgram("redis-server", "apt-get install redis-server, or brew install redis")
	if err != nil {
		return "", nil, err
	}
	ports, err := freePorts(1)
	if err != nil {
		return "", nil, err
	}
	address := net.JoinHostPort("127.0.0.1", ports[0])
	redis, err := launch(credential("redis", "nobody"), filepath.Join(folder, "redis"), nil, program,
		"--bind", "127.0.0.1", "--port", ports[0], "--save", "", "--appendonly", "no")
	if err != nil {
		return "", nil, err
	}
	err = redis.waitFor(ctx, func(ctx context.Context) error { return ask(ctx, address, "PING\r\n", '+') })
	return "redis://" + address + "/0", redis.stop, err
}

// ask sends a question to address and expects an answer that begins with want.
func ask(ctx context.Context, address, question string, want byte) error {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(answerLimit)); err != nil {
		return err
	}
	if _, err := conn.Write([]byte(question)); err != nil {
		return err
	}
	got, err := bufio.NewReader(conn).ReadByte()
	if err == nil && got != want {
		err = fmt.Errorf("%s answers %q", address, got)
	}
	return err
}
