package transport_test

import "testing"

func TestAcceptChoosesTheMediaType(t *testing.T) {
	t.Parallel()
	const (
		plain    = "application/json"
		response = "application/graphql-response+json"
	)
	cases := []struct {
		name   string
		accept []string
		want   string // "" means 406
	}{
		{"none", nil, plain},
		{"empty", []string{""}, plain},
		{"anything", []string{"*/*"}, plain},
		{"any application type", []string{"application/*"}, plain},
		{"JSON", []string{plain}, plain},
		{"GraphQL response", []string{response}, response},
		{"capitals", []string{"Application/GraphQL-Response+JSON"}, response},
		{"charset", []string{response + "; charset=utf-8"}, response},
		{"charset in quotes", []string{response + `; charset="UTF-8"`}, response},
		{"both", []string{plain + ", " + response}, response},
		{"both in two headers", []string{plain, response}, response},
		{"the heavier one", []string{response + ";q=0.4, " + plain + "; q=0.5"}, plain},
		{"the heavier one last", []string{plain + ";q=0.4, " + response + ";q=0.5"}, response},
		{"a type excluded", []string{response + ";q=0, */*"}, plain},
		{"JSON excluded", []string{plain + ";q=0, */*"}, response},
		{"named more closely than the wildcard", []string{"*/*, " + response}, response},
		{"wildcard weighs more", []string{"*/*, " + response + ";q=0.5"}, plain},
		{"a browser", []string{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, plain},
		{"a comma in quotes", []string{`text/html;x="a, ` + response + `", ` + plain}, plain},
		{"malformed ranges are passed over", []string{"/, ;, " + response}, response},
		{"an unknown weight is passed over", []string{plain + ";q=2, " + response + ";q=0.1"}, response},
		{"a weight that is no number", []string{plain + ";q=NaN, " + response + ";q=0.1"}, response},
		{"HTML", []string{"text/html"}, ""},
		{"nothing but malformed", []string{"json"}, ""},
		{"all excluded", []string{"*/*;q=0"}, ""},
		{"another charset", []string{plain + "; charset=utf-16"}, ""},
	}
	for _, c := range cases {
		e := exchange{name: c.name, header: header("Accept", c.accept...), body: operation(`{ echo }`), status: 200, media: c.want, want: helloBody}
		if c.want == "" {
			e.status, e.media = 406, plain
			e.want = `{"errors":[{"message":"Accept application/graphql-response+json or application/json.","extensions":{"code":"NOT_ACCEPTABLE"}}]}`
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e.run(t)
			e.method, e.query, e.body = "GET", `{ echo }`, ""
			e.run(t)
		})
	}
}
