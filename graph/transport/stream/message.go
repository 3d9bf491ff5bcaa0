package stream

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/coder/websocket"
)

// subprotocol is the only one that sockets speak.
const subprotocol = "graphql-transport-ws"

// The types of messages.
const (
	typeInit      = "connection_init"
	typeAck       = "connection_ack"
	typePing      = "ping"
	typePong      = "pong"
	typeSubscribe = "subscribe"
	typeNext      = "next"
	typeError     = "error"
	typeComplete  = "complete"
)

// The codes that close a socket: those of RFC 6455, of the protocol (44xx), and
// ours (45xx).
const (
	closeNormal       = websocket.StatusNormalClosure
	closeTooBig       = websocket.StatusMessageTooBig
	closeInternal     = websocket.StatusInternalError
	closeRestart      = websocket.StatusServiceRestart
	closeTryLater     = websocket.StatusTryAgainLater
	closeMalformed    = websocket.StatusCode(4400)
	closeUnauthorized = websocket.StatusCode(4401)
	closeForbidden    = websocket.StatusCode(4403)
	closeInitTimeout  = websocket.StatusCode(4408)
	closeInUse        = websocket.StatusCode(4409)
	closeTooManyInits = websocket.StatusCode(4429)
	closeTooManyOps   = websocket.StatusCode(4503)
	closeNoPong       = websocket.StatusCode(4504)
	closeTooSlow      = websocket.StatusCode(4505)
)

// maxReason bounds the reason of a close frame, and maxID the id of an operation,
// in bytes.
const (
	maxReason = 123
	maxID     = 256
)

// message is one of the protocol.
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// encode writes a message of ours, whose parts are valid JSON.
func (m message) encode() []byte {
	text, err := json.Marshal(m)
	if err != nil {
		return nil
	}
	return text
}

var errNoMessage = errors.New("a message is a JSON object with a type")

// decodeMessage reads a message of the client.
func decodeMessage(text []byte) (message, error) {
	var m message
	if !utf8.Valid(text) || json.Unmarshal(text, &m) != nil || m.Type == "" {
		return m, errNoMessage
	}
	return m, nil
}

// object returns the members of a payload; false when it is not an object. None at
// all, and null, are one without members.
func (m message) object() (map[string]json.RawMessage, bool) {
	if len(m.Payload) == 0 {
		return nil, true
	}
	var members map[string]json.RawMessage
	err := json.Unmarshal(m.Payload, &members)
	return members, err == nil
}

// wellFormed reports whether the payload of a subscribe has the types that the
// protocol demands.
func (m message) wellFormed() bool {
	var p *struct {
		Query         *string        `json:"query"`
		OperationName *string        `json:"operationName"`
		Variables     map[string]any `json:"variables"`
		Extensions    map[string]any `json:"extensions"`
	}
	if m.ID == "" || len(m.ID) > maxID || json.Unmarshal(m.Payload, &p) != nil || p == nil {
		return false
	}
	return p.Query != nil || p.Extensions["persistedQuery"] != nil
}

// authorization returns that of a connection_init, whatever the case of its name;
// "" without one, false when it is no string or given twice.
func authorization(members map[string]json.RawMessage) (value string, ok bool) {
	found := 0
	for name, raw := range members {
		if !strings.EqualFold(name, "Authorization") || string(raw) == "null" {
			continue
		}
		if found++; found > 1 || json.Unmarshal(raw, &value) != nil || value == "" {
			return "", false
		}
	}
	return value, true
}

// shortReason fits a reason into a close frame.
func shortReason(reason string) string {
	if len(reason) <= maxReason {
		return reason
	}
	return strings.ToValidUTF8(reason[:maxReason-len("…")], "") + "…"
}
