// Package access tests who may see and change what, through the whole server: six
// people with real tokens, every kind of object in every state, and every place
// of the schema that names an object. What is expected comes from rules_test.go
// alone, which puts the rules of the hub into words of its own and knows nothing
// of package auth. A place without a line in one of the tables fails the tests.
//
// # Adding a query or a field
//
// An argument that takes an id, a slug or a handle gets a line in lookups
// (lookups_test.go), a field of a filter one in filters (filters_test.go), a route
// with an id one in routes (routes_test.go). A relation needs no line when it
// leads along a foreign key that links of the objects have; any other gets one in
// relations (relations_test.go).
//
// # Adding a mutation
//
// It gets a line in mutations (mutations_test.go): who may use the field, a value
// for each field of its input, and for fields that name an object, of which kind
// and by which rule:
//
//	"acceptSolution": {who: users, input: input{"id": the("Solution", acceptor)}},
//
// The test makes a new object in each state for each person (his own, somebody
// else's, hidden, deleted, of a cohort of others …), runs the mutation on it and
// compares with the rule: it succeeds, is FORBIDDEN in errors, NOT_FOUND at the
// field in userErrors, or UNAUTHENTICATED. After a refusal nothing in the database
// has changed; after a success no protected column has, save those that the line
// names in sets. The other fields of the input that name objects get one that the
// person may use. A mutation that ends the session of its actor says so in ends.
//
// # Adding a kind of object
//
// It gets a line in kinds and a case in create (objects_test.go): its columns, its
// links, and what must be seen with it.
package access
