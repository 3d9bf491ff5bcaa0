package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

const (
	sockets   = 1000
	groups    = 20
	eventRate = 10 // a second
	events    = 20 * eventRate
)

// BenchmarkSubscriptions sends 10 events a second for 20 seconds to 1,000 sockets
// in 20 groups, and fails when one of them misses an event or gets them out of
// order. Server and clients are one process, whose memory counts in full:
//
//	make bench FLAGS="-bench Subscriptions -benchtime 1x"
func BenchmarkSubscriptions(b *testing.B) {
	for b.Loop() {
		nexus, url := liveServer(b)
		warm(b, nexus)
		goroutines, files := runtime.NumGoroutine(), openFiles(b)
		ctx, cancel := context.WithCancel(b.Context())
		delays := make([][]time.Duration, sockets)
		var ready, done sync.WaitGroup
		ready.Add(sockets)
		opening := make(chan struct{}, 50) // a network may not open all at once
		for n := range sockets {
			opening <- struct{}{}
			done.Go(func() { delays[n] = hear(ctx, b, url, n, func() { <-opening; ready.Done() }) })
		}
		ready.Wait()
		publish(b, nexus)
		done.Wait()
		memory := residentMB(b)
		cancel()
		all := slices.Concat(delays...)
		slices.Sort(all)
		if len(all) != sockets*events {
			b.Fatalf("%d of %d answers came", len(all), sockets*events)
		}
		left, leftFiles := settled(goroutines), openFiles(b)
		if left > goroutines+sockets/100 || leftFiles > files+sockets/100 {
			b.Errorf("%d goroutines and %d descriptors before, %d and %d after", goroutines, files, left, leftFiles)
		}
		b.ReportMetric(float64(all[len(all)/2].Milliseconds()), "median-ms")
		b.ReportMetric(float64(all[len(all)*99/100].Milliseconds()), "p99-ms")
		b.ReportMetric(memory, "RSS-MB")
		b.ReportMetric(float64(left-goroutines), "goroutines-left")
		b.ReportMetric(float64(leftFiles-files), "descriptors-left")
	}
}

// warm opens the connections of the pool, which stay.
func warm(b *testing.B, nexus *app.App) {
	b.Helper()
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			if err := nexus.DB().Handle(b.Context()).Exec(`SELECT pg_sleep(0.2)`).Error; err != nil {
				b.Error(err)
			}
		})
	}
	all.Wait()
}

func liveServer(b *testing.B) (nexus *app.App, url string) {
	b.Helper()
	cfg := config.Config{DatabaseURL: config.Secret(dbtest.URL(b)), DataDir: b.TempDir(), HTTPAddr: "127.0.0.1:0", MaxSocketsVisitor: 2 * sockets, RateLimit: "off"}
	nexus, err := app.New(b.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	address, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- nexus.Serve(ctx, func(a net.Addr) { address <- a.String() }) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
		if err := nexus.Close(context.Background()); err != nil {
			b.Error(err)
		}
	})
	return nexus, "ws://" + <-address + "/graphql"
}

// hear reads all events of one socket and returns how long each was on its way.
func hear(ctx context.Context, b *testing.B, url string, n int, ready func()) (delays []time.Duration) {
	b.Helper()
	began := sync.OnceFunc(ready)
	defer began()
	conn, answer, err := websocket.Dial(ctx, url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		b.Error(err, answer)
		return nil
	}
	defer func() { _ = conn.Close(websocket.StatusNormalClosure, "") }()
	query := fmt.Sprintf(`subscription { a%d: challengeAdded(after: \"%s\") { challenge { title body author { handle } } } }`, n%groups, event.Cursor(0))
	send := func(text string) { _ = conn.Write(ctx, websocket.MessageText, []byte(text)) }
	send(`{"type":"connection_init"}`)
	for len(delays) < events {
		_, text, err := conn.Read(ctx)
		if err != nil {
			b.Error(err)
			return delays
		}
		if strings.Contains(string(text), "connection_ack") {
			send(`{"id":"1","type":"subscribe","payload":{"query":"` + query + `"}}`)
			began()
			continue
		}
		var got struct {
			Payload struct {
				Data map[string]struct{ Challenge struct{ Title string } }
			}
		}
		if err := json.Unmarshal(text, &got); err != nil {
			b.Errorf("%v: %s", err, text)
			return delays
		}
		number, at, _ := strings.Cut(got.Payload.Data[fmt.Sprint("a", n%groups)].Challenge.Title, " ")
		sent, err := strconv.ParseInt(at, 10, 64)
		if err != nil || number != fmt.Sprint(len(delays)) {
			b.Errorf("socket %d wants %d, got %.200s", n, len(delays), text)
			return delays
		}
		delays = append(delays, time.Since(time.Unix(0, sent)))
	}
	return delays
}

// publish posts a challenge every tenth of a second, which says when it was.
func publish(b *testing.B, nexus *app.App) {
	b.Helper()
	author := id.New[id.User]()
	if err := nexus.DB().Handle(b.Context()).Exec(`INSERT INTO app_user (id, handle, display_name) VALUES (?, 'author', 'A')`, author).Error; err != nil {
		b.Fatal(err)
	}
	ctx := auth.WithActor(b.Context(), auth.Actor{User: &author})
	ticker := time.NewTicker(time.Second / eventRate)
	defer ticker.Stop()
	for n := range events {
		<-ticker.C
		title := fmt.Sprint(n, " ", time.Now().UnixNano())
		if _, err := challenge.New(nexus.DB()).Create(ctx, challenge.CreateChallengeInput{Title: title, Body: "x"}); err != nil {
			b.Fatal(err)
		}
	}
}

// settled waits until no more goroutines than before are left, at most 20 seconds.
func settled(before int) int {
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for range 200 {
		if runtime.NumGoroutine() <= before {
			break
		}
		<-ticker.C
	}
	return runtime.NumGoroutine()
}

func openFiles(b *testing.B) int {
	b.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		b.Fatal(err)
	}
	return len(files)
}

func residentMB(b *testing.B) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Fatal(err)
	}
	pages, _ := strconv.Atoi(strings.Fields(string(text))[1])
	return float64(pages*os.Getpagesize()) / (1 << 20)
}
