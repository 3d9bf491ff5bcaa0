package transport_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/graph/transport/request"
)

// serveForms starts a server that ends before the test does, so that all requests
// have been left then.
func serveForms(t *testing.T, o transport.Options, fields map[string]resolver) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(newHandler(t, o, fields))
	t.Cleanup(server.Close)
	return server
}

// kept returns the files of a folder that have a name, or that this process holds
// open without one.
func kept(t *testing.T, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	open, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, descriptor := range open {
		if target, err := os.Readlink(descriptor); err == nil && strings.HasPrefix(target, folder) {
			names = append(names, target)
		}
	}
	return names
}

// nothingLeft checks that no file of a request is left. The answer may reach its
// client a moment before the files go.
func nothingLeft(t *testing.T, folder string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for len(kept(t, folder)) > 0 {
		select {
		case <-ctx.Done():
			t.Fatalf("left: %v", kept(t, folder))
		case <-time.After(time.Millisecond):
		}
	}
}

// Files are open while the operation runs, and have no name even then: a process
// that is killed leaves none.
func TestFilesLastAsLongAsTheirRequest(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	ends := map[string]func() (any, error){
		"answer": func() (any, error) { return "done", nil },
		"error":  func() (any, error) { return nil, context.Canceled },
		"panic":  func() (any, error) { panic("the secret reason") },
	}
	for name, end := range ends {
		fields := resolvers()
		fields["store"] = func(context.Context, map[string]any) (any, error) {
			if files := kept(t, folder); len(files) != 1 || !strings.HasSuffix(files[0], " (deleted)") {
				t.Errorf("%s: the files are %v", name, files)
			}
			return end()
		}
		server := serveForms(t, transport.Options{Uploads: request.Uploads{Folder: folder}}, fields)
		exchange{header: formHeader(), body: upload(storeFile, `{"file": null}`, `{"0": ["variables.file"]}`, file("0", "A"))}.send(t, server)
		nothingLeft(t, folder)
	}
}

// halfAFile returns the beginning of a form that ends inside its file.
func halfAFile() string {
	text := upload(storeFile, `{"file": null}`, `{"0": ["variables.file"]}`, file("0", strings.Repeat("A", 100_000)))
	return text[:len(text)-50_000]
}

func TestAClientThatHangsUpLeavesNoFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	fields, calls := storing()
	served := make(chan struct{})
	handler := newHandler(t, transport.Options{Uploads: request.Uploads{Folder: folder}}, fields)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(served)
		handler.ServeHTTP(w, r)
	}))
	defer server.Close()
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(connection, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nNexus-Preflight: 1\r\nContent-Length: 100500\r\n\r\n"+halfAFile())
	if err != nil {
		t.Fatal(err)
	}
	for len(kept(t, folder)) == 0 { // until the file is being written
		runtime.Gosched()
	}
	_ = connection.Close()
	<-served
	// At once: later the garbage collector closes what was forgotten.
	if left := kept(t, folder); len(left) > 0 || calls.Load() != 0 {
		t.Errorf("left: %v; executed %d times", left, calls.Load())
	}
}

// A client that sends no more is not waited for longer than its request may last.
func TestAFormThatNeverEndsIsGivenUp(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	fields, calls := storing()
	handler := newHandler(t, transport.Options{Uploads: request.Uploads{Folder: folder}}, fields)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 50*time.Millisecond)
		defer cancel()
		handler.ServeHTTP(w, r.WithContext(ctx))
	}))
	defer server.Close()
	reader, writer := io.Pipe()
	go func() { _, _ = io.WriteString(writer, halfAFile()) }()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, reader)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = formHeader()
	response, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusGatewayTimeout || !strings.Contains(string(body), `"TIMEOUT"`) || calls.Load() != 0 {
		t.Errorf("%d %s, executed %d times", response.StatusCode, body, calls.Load())
	}
	nothingLeft(t, folder)
}

func TestUploadsAtOnceAreBounded(t *testing.T) {
	t.Parallel()
	running, goOn := make(chan struct{}), make(chan struct{})
	fields := resolvers()
	fields["store"] = func(context.Context, map[string]any) (any, error) {
		running <- struct{}{}
		<-goOn
		return "done", nil
	}
	server := serveForms(t, transport.Options{Uploads: request.Uploads{AtOnce: 1, Folder: t.TempDir()}}, fields)
	try := exchange{header: formHeader(), body: upload(storeFile, `{"file": null}`, `{"0": ["variables.file"]}`, file("0", "A"))}
	first := make(chan int)
	go func() {
		response, _ := try.send(t, server)
		first <- response.StatusCode
	}()
	<-running
	response, body := try.send(t, server)
	if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") != "1" || !strings.Contains(body, `"UNAVAILABLE"`) {
		t.Errorf("the second is answered %d %s", response.StatusCode, body)
	}
	if response, body := (exchange{body: operation("{ echo }")}).send(t, server); response.StatusCode != http.StatusOK {
		t.Errorf("a query is answered %d %s", response.StatusCode, body)
	}
	close(goOn)
	if status := <-first; status != http.StatusOK {
		t.Errorf("the first is answered %d", status)
	}
	go func() { <-running }()
	if response, body := try.send(t, server); response.StatusCode != http.StatusOK {
		t.Errorf("the next is answered %d %s", response.StatusCode, body)
	}
}

func TestAFolderThatCannotBeWrittenIsNoFaultOfTheClient(t *testing.T) {
	t.Parallel()
	fields, _ := storing()
	server := serveForms(t, transport.Options{Uploads: request.Uploads{Folder: filepath.Join(t.TempDir(), "missing")}}, fields)
	response, body := exchange{header: formHeader(), body: upload(storeFile, `{"file": null}`, `{"0": ["variables.file"]}`, file("0", "A"))}.send(t, server)
	if response.StatusCode != http.StatusServiceUnavailable || strings.Contains(body, "missing") {
		t.Errorf("%d %s", response.StatusCode, body)
	}
}

func TestFormsOfUnknownLengthAreLimitedToo(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	body := upload(storeFile, `{"file": null}`, `{"0": ["variables.file"]}`, file("0", strings.Repeat("A", 1000)))
	for limit, status := range map[int]int{len(body): http.StatusOK, len(body) - 1: http.StatusRequestEntityTooLarge} {
		fields, calls := storing()
		server := serveForms(t, transport.Options{Uploads: request.Uploads{Folder: folder, Request: int64(limit)}}, fields)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, io.MultiReader(strings.NewReader(body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = formHeader()
		response, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != status || (calls.Load() == 1) != (status == http.StatusOK) {
			t.Errorf("%d bytes: answered %d, want %d", limit, response.StatusCode, status)
		}
		nothingLeft(t, folder)
	}
}

// zeros is content without memory of its own.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// What an upload allocates, freed or not, does not grow with its files. Nothing
// else may run meanwhile.
func TestFilesAreNeverInMemory(t *testing.T) { //nolint:paralleltest // it counts the bytes of the whole process
	const files, size = 12, 5 << 20
	var places, nulls []string
	body := []io.Reader{nil}
	for i := range files {
		name := strconv.Itoa(i)
		places = append(places, `"`+name+`": ["variables.files.`+name+`"]`)
		nulls = append(nulls, "null")
		body = append(body, strings.NewReader(headOf(file(name, ""))), io.LimitReader(zeros{}, size), strings.NewReader("\r\n"))
	}
	head := upload(storeFiles, `{"files": [`+strings.Join(nulls, ",")+`]}`, "{"+strings.Join(places, ",")+"}")
	body[0] = strings.NewReader(strings.TrimSuffix(head, "--x--\r\n"))
	body = append(body, strings.NewReader("--x--\r\n"))

	fields := resolvers()
	var received int64
	var during runtime.MemStats
	buffer := make([]byte, 1<<16)
	fields["store"] = func(_ context.Context, args map[string]any) (any, error) {
		list, _ := args["files"].([]any)
		for _, item := range list {
			upload, _ := item.(graphql.Upload)
			n, err := io.CopyBuffer(io.Discard, struct{ io.Reader }{upload.File}, buffer)
			if received += n; err != nil {
				return nil, err
			}
		}
		runtime.ReadMemStats(&during)
		return "done", nil
	}
	handler := newHandler(t, transport.Options{Uploads: request.Uploads{Folder: t.TempDir()}}, fields)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", io.MultiReader(body...))
	r.Header, r.ContentLength = formHeader(), -1
	w := httptest.NewRecorder()
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	handler.ServeHTTP(w, r)
	grown, allocated := int64(during.HeapAlloc)-int64(before.HeapAlloc), during.TotalAlloc-before.TotalAlloc
	t.Logf("%d MiB of files: %d KiB allocated, the heap grew by %d KiB", received>>20, allocated>>10, grown>>10)
	if received != files*size || !bytes.Contains(w.Body.Bytes(), []byte(`"done"`)) {
		t.Errorf("%d bytes came: %s", received, w.Body)
	}
	if grown > 8<<20 || allocated > 8<<20 {
		t.Errorf("the heap grew by %d bytes of %d allocated", grown, allocated)
	}
}
