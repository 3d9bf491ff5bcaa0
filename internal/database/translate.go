package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/project-nexus/nexus/internal/errs"
)

// Translate turns a driver error that a client may learn about into an
// *errs.Error, which keeps the driver's error as its cause for logs:
//
//   - CONFLICT: a unique or exclusion constraint, a row that is still referred
//     to, a serialization failure or a deadlock
//   - NOT_FOUND: a foreign key to a row that does not exist
//   - BAD_USER_INPUT: a check constraint, a value out of range, text that
//     PostgreSQL cannot store
//   - TIMEOUT: a deadline, a cancelled statement or a lock that was not given
//   - UNAVAILABLE: the server cannot be reached, is starting, stopping or full
//
// An *errs.Error, nil and every other error come back unchanged. Messages
// never hold SQL, names of constraints or values.
func Translate(err error) error {
	if err == nil || errs.As(err) != nil {
		return err
	}
	if translated := translated(err); translated != nil {
		return translated.Because(err)
	}
	return err
}

func translated(err error) *errs.Error {
	// Before the server's own words: whatever it says, it lets nobody in.
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return unavailable()
	}
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return fromServer(pgErr)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return timeout()
	}
	if isConnectionLost(err) {
		return unavailable()
	}
	return nil
}

func fromServer(e *pgconn.PgError) *errs.Error {
	switch e.Code {
	case "23505", "23P01":
		return errs.Conflict("A value that must be unique is already taken.")
	case "23503":
		return foreignKey(e)
	case "23514":
		return errs.BadUserInput("A value is outside of what is allowed here.")
	case "22001", "22003", "22008":
		return errs.BadUserInput("A value is too long or out of range.")
	case "22021", "22P05":
		return errs.BadUserInput("A text holds characters that cannot be stored.")
	case "40001", "40P01":
		return errs.Conflict("Someone else changed the same data at the same time; try again.")
	case "57014", "55P03", "25P03", "25P04":
		return timeout()
	case "25006", "57P01", "57P02", "57P03", "57P05":
		return unavailable()
	}
	switch class := e.Code[:min(2, len(e.Code))]; class {
	case "54": // a program limit, such as the number of words of a search
		return errs.BadUserInput("A value is too long or too complex.")
	case "08", "53": // connection exceptions; connections, memory or disk used up
		return unavailable()
	}
	return nil
}

// foreignKey tells a new row that refers to nothing from an old row that is
// still referred to. Both have one code; the message differs, and it is only
// translated on servers with another lc_messages, where the first is assumed.
func foreignKey(e *pgconn.PgError) *errs.Error {
	if strings.HasPrefix(e.Message, "update or delete on") {
		return errs.Conflict("This is still in use elsewhere.")
	}
	return errs.NotFound("Something that this refers to does not exist.")
}

func isConnectionLost(err error) bool {
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, driver.ErrBadConn)
}

func timeout() *errs.Error {
	return errs.New(errs.CodeTimeout, "The database took longer than its deadline.")
}

func unavailable() *errs.Error {
	return errs.New(errs.CodeUnavailable, "The database is not available; try again later.")
}
