//go:build chaos

package chaos

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	// tries of each kind of address.
	tries = 1500
	// lowAUC and highAUC are the bar: a classifier by time is hardly a coin.
	lowAUC, highAUC = 0.45, 0.55
	// warmUp requests are not measured.
	warmUp = 50
)

// probe is a question whose answer must not tell whether an address has an
// account, or an object exists.
type probe struct {
	name string
	// again is how often one address is asked about: as often as its limit allows.
	again int
	ask   func(n int, subject string) operation
}

func probes() []probe {
	return []probe{
		{"login", 10, func(_ int, email string) operation { return login("", email, wrongPassword) }},
		{"register", 5, func(n int, email string) operation {
			return operation{
				query: `mutation ($email: EmailAddress!, $password: String!, $handle: String!) {
					register(input: {email: $email, password: $password, handle: $handle, displayName: "Somebody"}) { email userErrors { code message } } }`,
				variables: map[string]any{"email": email, "password": wrongPassword, "handle": fmt.Sprintf("try-%05d", n)},
			}
		}},
		{"requestPasswordReset", 5, resetRequest},
	}
}

func resetRequest(_ int, email string) operation {
	return operation{
		query:     `mutation ($email: EmailAddress!) { requestPasswordReset(input: {email: $email}) { email userErrors { code message } } }`,
		variables: map[string]any{"email": email},
	}
}

// Nobody learns who has an account, neither by what is answered nor by when.
//
// The limits would answer before any work is done: an address is asked about only
// as often as its limit allows, and each try comes from a network of its own. So
// every try does the whole work, and none is refused.
func TestTimesTellNobodyWhoHasAnAccount(t *testing.T) { //nolint:paralleltest // times are measured
	set := newSetting(t)
	all := probes()
	people := 0
	for _, p := range all {
		people += tries / p.again
	}
	set.addPeople(t, people+warmUp)
	c := newClient(set.start(t), 1)
	r := newReport(t, "Enumeration: what an answer and its time tell about an address")
	r.add("accounts", "%d", people)
	r.add("bar", "AUC %.2f to %.2f; answers alike; none refused", lowAUC, highAUC)
	first, network := 0, 0
	for i, p := range all {
		m := measurement{probe: p, random: rand.New(rand.NewPCG(seed, uint64(i))), network: &network}
		m.run(t, c, first)
		m.judge(t, r)
		first += tries / p.again
	}
}

// measurement is a run of one probe.
type measurement struct {
	probe
	random *rand.Rand
	// network is that of the last try.
	network *int
	times   map[bool][]time.Duration
	// shapes are the answers with what names the try taken out, and how often each
	// came.
	shapes map[bool]map[string]int
}

// run asks about both kinds of addresses, from the first on, in random order.
func (m *measurement) run(t *testing.T, c *client, first int) {
	t.Helper()
	m.compare(t, c, func(n int) (string, string) {
		person := first + n%(tries/m.again)
		return known(person), unknown(person)
	}, func(n int) string { return unknown(90000 + *m.network + n) })
}

// compare asks about the subjects of each pair, in random order, after a warm-up
// with others.
func (m *measurement) compare(t *testing.T, c *client, pair func(n int) (known, unknown string), other func(n int) string) {
	t.Helper()
	type try struct {
		known   bool
		subject string
	}
	var order []try
	for n := range tries {
		one, none := pair(n)
		order = append(order, try{true, one}, try{false, none})
	}
	m.random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	m.times = map[bool][]time.Duration{}
	m.shapes = map[bool]map[string]int{true: {}, false: {}}
	for n := range warmUp {
		m.send(t, c, other(n))
	}
	for _, one := range order {
		a := m.send(t, c, one.subject)
		m.times[one.known] = append(m.times[one.known], a.took)
		m.shapes[one.known][shape(a, one.subject)]++
	}
}

func (m *measurement) send(t *testing.T, c *client, subject string) answer {
	t.Helper()
	*m.network++
	o := m.ask(*m.network, subject)
	o.from = address(*m.network)
	a := c.do(t.Context(), o)
	if a.err != nil {
		t.Fatal(a.err)
	}
	return a
}

// shape is an answer without what differs from try to try: address, id, time,
// and what has come back to the budget meanwhile.
func shape(a answer, subject string) string {
	body := strings.ReplaceAll(string(a.body), subject, "SUBJECT")
	body = regexp.MustCompile(`"remaining":\d+,"resetAt":"[^"]*"`).ReplaceAllString(body, `"remaining":…,"resetAt":"…"`)
	lines := []string{fmt.Sprint(a.status)}
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		value := strings.Join(a.header[name], ", ")
		switch name {
		case "Date", "X-Request-Id":
			value = "…"
		case "Ratelimit":
			value = regexp.MustCompile(`r=\d+;t=\d+`).ReplaceAllString(value, "r=…;t=…")
		case "Content-Length": // the rest of the budget has four digits or five
			value = "…"
		}
		lines = append(lines, name+": "+value)
	}
	return strings.Join(append(lines, "", body), "\n")
}

func (m *measurement) judge(t *testing.T, r *report) {
	t.Helper()
	value := auc(m.times[true], m.times[false])
	r.add(m.name, "%d + %d tries of known and unknown ones, %d each", len(m.times[true]), len(m.times[false]), m.again)
	r.add("  AUC", "%.3f (chance alone: 0.500 ± %.3f)", value, deviation(tries, tries))
	r.add("  known", "%s", spread(m.times[true]))
	r.add("  unknown", "%s", spread(m.times[false]))
	r.add("  forms of the answer", "%d known, %d unknown", len(m.shapes[true]), len(m.shapes[false]))
	if value < lowAUC || value > highAUC {
		t.Errorf("%s: times tell known ones from unknown ones, AUC %.3f", m.name, value)
	}
	if len(m.shapes[true]) != 1 || !maps.Equal(m.shapes[true], m.shapes[false]) {
		t.Errorf("%s: answers differ; known:\n%v\nunknown:\n%v", m.name, m.shapes[true], m.shapes[false])
	}
	for text := range m.shapes[true] {
		if !strings.HasPrefix(text, "200\n") {
			t.Errorf("%s: the limits answered, not the server's work:\n%s", m.name, text)
		}
	}
}
