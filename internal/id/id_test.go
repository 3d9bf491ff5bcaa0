package id_test

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

const text = "01900000-0000-7000-8000-000000000001"

// entityID is what the parts of the server ask of an id.
type entityID interface {
	id.Typed
	comparable
	driver.Valuer
	MarshalGQL(w io.Writer)
}

// lifeOf returns a check of one type: an id from its creation to the wire and back.
func lifeOf[T entityID](prefix string) func(*testing.T) {
	return func(t *testing.T) {
		t.Helper()
		one, two := id.New[T](), id.New[T]()
		if one == two || struct{ uuid.UUID }(one).Version() != 7 || one.String() > two.String() {
			t.Errorf("new ids %v, %v: want two UUIDv7 in order", one, two)
		}
		known, wire := id.Of[T](uuid.MustParse(text)), prefix+"_"+text
		var out bytes.Buffer
		known.MarshalGQL(&out)
		if out.String() != `"`+wire+`"` {
			t.Errorf("on the wire %s, want %q", out.String(), wire)
		}
		parsed, err := id.Parse(wire)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := id.As[T](parsed); err != nil || back != known || parsed.String() != wire {
			t.Errorf("got %v, %v", back, err)
		}
		for _, other := range []string{"ch", "us"} {
			_, err := id.As[T](id.Any{Prefix: other, UUID: uuid.MustParse(text)})
			if other != prefix && errs.CodeOf(err) != errs.CodeBadUserInput {
				t.Errorf("an id of type %s is taken: %v", other, err)
			}
		}
		// In the fingerprint of a cursor and the key of a loader ids stand as JSON.
		if encoded, err := json.Marshal(known); err != nil || string(encoded) != `"`+text+`"` {
			t.Errorf("as JSON %s, %v", encoded, err)
		}
		if value, err := known.Value(); err != nil || value != text {
			t.Errorf("in the database %v, %v", value, err)
		}
	}
}

func TestIDsOfEveryType(t *testing.T) {
	t.Parallel()
	lives := map[string]func(*testing.T){
		"program":    lifeOf[id.Program]("pr"),
		"cohort":     lifeOf[id.Cohort]("co"),
		"membership": lifeOf[id.Membership]("mb"),
		"user":       lifeOf[id.User]("us"),
		"technology": lifeOf[id.Technology]("te"),
		"concept":    lifeOf[id.Concept]("cn"),
		"document":   lifeOf[id.Document]("do"),
		"revision":   lifeOf[id.DocumentRevision]("dr"),
		"mention":    lifeOf[id.Mention]("me"),
		"challenge":  lifeOf[id.Challenge]("ch"),
		"solution":   lifeOf[id.Solution]("so"),
		"practice":   lifeOf[id.Practice]("pc"),
		"tip":        lifeOf[id.Tip]("ti"),
		"channel":    lifeOf[id.Channel]("cl"),
		"comment":    lifeOf[id.Comment]("cm"),
	}
	for name, check := range lives {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t)
		})
	}
}

func TestWhatIsNoIDIsRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]any{
		"empty": "", "bare UUID": text, "unknown type": "xx_" + text, "no UUID": "ch_1", "capitals": "CH_" + text,
		"capital digits": "ch_" + strings.ToUpper("01900000-0000-7000-8000-00000000000a"), "braces": "ch_{" + text + "}",
		"URN": "ch_urn:uuid:" + text, "no dashes": "ch_" + strings.ReplaceAll(text, "-", ""), "space": " ch_" + text,
		"more": "ch_" + text + "0", "SQL": "ch_' OR true --", "a number": json.Number("1"), "nothing": nil,
	}
	for name, value := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var challenge id.Challenge
			if err := challenge.UnmarshalGQL(value); errs.CodeOf(err) != errs.CodeBadUserInput || challenge != (id.Challenge{}) {
				t.Errorf("got %v, %v", challenge, err)
			}
			var some id.Any
			if err := some.UnmarshalGQL(value); errs.CodeOf(err) != errs.CodeBadUserInput || some != (id.Any{}) {
				t.Errorf("got %v, %v", some, err)
			}
		})
	}
}

func TestARefusalQuotesLittle(t *testing.T) {
	t.Parallel()
	_, err := id.Parse(strings.Repeat("é", 5000))
	if err == nil || len(err.Error()) > 200 || !strings.Contains(err.Error(), "…") {
		t.Errorf("got %v", err)
	}
}
