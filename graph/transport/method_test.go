package transport_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/graph/transport"
)

const notByThisMethod = `{"errors":[{"message":"Send GraphQL operations by POST, or queries by GET.","extensions":{"code":"METHOD_NOT_ALLOWED"}}]}`

func TestGetServesQueries(t *testing.T) {
	t.Parallel()
	runExchanges(t, []exchange{
		{
			name: "query", method: "GET", query: `{ echo }`, status: 200, want: helloBody,
			wantHeader: http.Header{"Cache-Control": {"private, no-cache"}, "Vary": {"Accept"}},
		},
		{
			name: "variables", method: "GET", query: `query=query($t:String!){echo(text:$t)}&variables={"t":"a%20b"}`, status: 200,
			want: `{"data":{"echo":"a b"}}`,
		},
		{
			name: "operationName", method: "GET", query: `query=query+A{echo}+query+B{echo(text:"B")}&operationName=B&variables=&x=1&x=2`, status: 200,
			want: `{"data":{"echo":"B"}}`,
		},
		{name: "HEAD has no body", method: "HEAD", query: `{ echo }`, status: 200, want: "", wantHeader: header("Content-Length", "25")},
		{name: "an offer of h2c is ignored", method: "GET", query: `{ echo }`, header: http.Header{"Upgrade": {"h2c"}, "Connection": {"Upgrade"}}, status: 200, want: helloBody},
	})
}

func TestGetRefusesParameters(t *testing.T) {
	t.Parallel()
	runExchanges(t, []exchange{
		{name: "no query", method: "GET", status: 400, want: badInput(`The request has no \"query\".`)},
		{name: "query empty", method: "GET", query: "query=", status: 400, want: badInput(`The request has no \"query\".`)},
		{name: "query twice", method: "GET", query: "query={echo}&query={echo}", status: 400, want: badInput(`\"query\" is given twice.`)},
		{name: "broken escape", method: "GET", query: "query=%zz", status: 400, want: badInput("The query string of the URL is malformed.")},
		{name: "not UTF-8", method: "GET", query: "query=%ff", status: 400, want: badInput(`\"query\" is not valid UTF-8.`)},
		{name: "variables no JSON", method: "GET", query: "query={echo}&variables=hunter2", status: 400, want: badInput(`\"variables\" is not valid JSON.`), never: "hunter2"},
		{name: "variables no object", method: "GET", query: "query={echo}&variables=[]", status: 400, want: badInput(`\"variables\" must be a JSON object.`)},
		{name: "NUL", method: "GET", query: "query={echo}%00", status: 400, want: badInput(`\"query\" holds a NUL character.`)},
		{
			name: "larger than a body may be", method: "GET", options: transport.Options{MaxBody: 64}, query: "query={echo}&x=" + strings.Repeat("x", 64), status: 413,
			contains: `"PAYLOAD_TOO_LARGE"`,
		},
	})
}

func TestMutationsNeedPost(t *testing.T) {
	t.Parallel()
	const (
		mutation = `query=mutation{add(text:"x")}`
		refusal  = `{"errors":[{"message":"Mutations are served by POST only.","extensions":{"code":"METHOD_NOT_ALLOWED"}}]}`
	)
	runExchanges(t, []exchange{
		{name: "GET", method: "GET", query: mutation, status: 405, want: refusal, wantHeader: header("Allow", "POST")},
		{
			name: "GET as graphql-response+json", method: "GET", query: mutation, status: 405, want: refusal, wantHeader: header("Allow", "POST"),
			header: header("Accept", "application/graphql-response+json"), media: "application/graphql-response+json",
		},
		{name: "HEAD", method: "HEAD", query: mutation, status: 405, want: "", wantHeader: header("Allow", "POST")},
	})
}

func TestOtherMethods(t *testing.T) {
	t.Parallel()
	allow := header("Allow", "GET, HEAD, OPTIONS, POST")
	exchanges := []exchange{
		{name: "OPTIONS", method: "OPTIONS", status: 204, want: "", wantHeader: allow},
		{
			name: "whatever Accept says", method: "PUT", header: header("Accept", "text/html"), body: operation(`{ echo }`), status: 405,
			want: notByThisMethod, wantHeader: allow,
		},
		{
			name: "WebSocket", method: "GET", status: 400, want: badInput("This endpoint serves no WebSocket."),
			header: http.Header{"Connection": {"keep-alive, Upgrade"}, "Upgrade": {"WebSocket"}},
		},
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE", "QUERY"} {
		exchanges = append(exchanges, exchange{
			name: method, method: method, body: operation(`{ echo }`), status: 405, want: notByThisMethod, wantHeader: allow,
		})
	}
	runExchanges(t, exchanges)
}
