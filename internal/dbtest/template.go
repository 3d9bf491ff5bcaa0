package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/project-nexus/nexus/internal/database"
)

// createFromTemplate makes the database name on server, a copy of the template.
func createFromTemplate(ctx context.Context, server, name string) error {
	hash, err := hashMigrations(database.Migrations())
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("connect to the server of %s: %w", Variable, err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	template := "nexus_template_" + hex.EncodeToString(hash[:8])
	if err := ensureTemplate(ctx, conn, server, template, binary.BigEndian.Uint64(hash[8:])); err != nil {
		return fmt.Errorf("template %s: %w", template, err)
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+quote(name)+" TEMPLATE "+quote(template))
	return err
}

// ensureTemplate makes the template unless it exists. A template is marked as
// such only when it is complete, so that a killed test run leaves none behind
// that looks right.
func ensureTemplate(ctx context.Context, conn *pgx.Conn, server, template string, lock uint64) (err error) {
	ready, err := isReady(ctx, conn, template)
	if err != nil || ready {
		return err
	}
	key := int64(lock) //nolint:gosec // any 64 bits name an advisory lock
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", key); err != nil {
		return err
	}
	defer func() {
		_, unlockErr := conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", key)
		err = errors.Join(err, unlockErr)
	}()
	if ready, err := isReady(ctx, conn, template); err != nil || ready {
		return err
	}
	for _, statement := range []string{"DROP DATABASE IF EXISTS ", "CREATE DATABASE "} {
		if _, err := conn.Exec(ctx, statement+quote(template)); err != nil {
			return err
		}
	}
	if err := fillTemplate(ctx, server, template); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+quote(template)+" IS_TEMPLATE true")
	return err
}

func isReady(ctx context.Context, conn *pgx.Conn, template string) (ready bool, err error) {
	err = conn.QueryRow(ctx,
		"SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)", template).Scan(&ready)
	return ready, err
}

func fillTemplate(ctx context.Context, server, template string) error {
	templateURL, err := withDatabase(server, template)
	if err != nil {
		return err
	}
	db, err := database.Open(ctx, database.Config{URL: templateURL, MaxConns: 2})
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = database.Migrate(ctx, db)
	return err
}

func hashMigrations(files fs.FS) ([]byte, error) {
	hash := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(hash, "%s %d\n", path, len(content))
		hash.Write(content)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("hash the migrations: %w", err)
	}
	return hash.Sum(nil), nil
}

// withDatabase returns a connection string that names another database.
func withDatabase(server, name string) (string, error) {
	if !strings.Contains(server, "://") {
		return server + " dbname=" + name, nil // the last of two equal keywords holds
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("%s is not a URL", Variable) // the error would show the password
	}
	u.Path = "/" + name
	return u.String(), nil
}
