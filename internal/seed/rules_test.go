package seed_test

import (
	"fmt"
	"testing"

	"github.com/project-nexus/nexus/internal/dbtest"
)

// violations lists, for each rule of the hub, a query of the number of rows
// that break it.
func violations() map[string]string {
	const entry = "kind, id, cohort_id, shown, program_id, status, quality, technology_ids, name, name_size, words"
	rules := map[string]string{
		"the search data are those of the rows": `SELECT count(*) FROM (
			(SELECT ` + entry + ` FROM search_source EXCEPT SELECT ` + entry + ` FROM search_entry) UNION ALL
			(SELECT ` + entry + ` FROM search_entry EXCEPT SELECT ` + entry + ` FROM search_source)) x`,
		"triggers follow the rows again": `SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'search%' AND tgenabled <> 'O'`,
		"SOLVED when and only when a solution is accepted": `SELECT count(*) FROM challenge c
			WHERE (status = 'SOLVED') <> EXISTS (SELECT FROM solution s WHERE s.challenge_id = c.id AND s.accepted)`,
		"at most one accepted solution": `SELECT count(*) FROM (
			SELECT FROM solution WHERE accepted GROUP BY challenge_id HAVING count(*) > 1) x`,
		"an original is older and no duplicate": `SELECT count(*) FROM challenge c JOIN challenge o ON o.id = c.duplicate_of_id
			WHERE o.status = 'DUPLICATE' OR o.created_at > c.created_at`,
		"one vote for a user and subject": `SELECT count(*) FROM (SELECT FROM vote
			GROUP BY user_id, challenge_id, solution_id, practice_id HAVING count(*) > 1) x`,
		"three technologies for a challenge": `SELECT count(*) FROM challenge c
			WHERE (SELECT count(*) FROM challenge_technology WHERE challenge_id = c.id) <> 3`,
		"two technologies for a practice": `SELECT count(*) FROM practice p
			WHERE (SELECT count(*) FROM practice_technology WHERE practice_id = p.id) <> 2`,
		"the copied time of a challenge": `SELECT count(*) FROM challenge_technology j JOIN challenge c ON c.id = j.challenge_id
			WHERE j.created_at <> c.created_at`,
		"the copied time of a practice": `SELECT count(*) FROM practice_technology j JOIN practice p ON p.id = j.practice_id
			WHERE j.created_at <> p.created_at`,
		"thirteen different mentions in a document": `SELECT count(*) FROM document d
			WHERE (SELECT count(DISTINCT coalesce(technology_id, concept_id)) FROM mention WHERE document_id = d.id) <> 13`,
		"one revision of a document": `SELECT count(*) FROM document d
			WHERE (SELECT array_agg(number) FROM document_revision WHERE document_id = d.id) IS DISTINCT FROM '{1}'`,
		"the hash of a revision": `SELECT count(*) FROM document_revision
			WHERE content_hash <> encode(sha256(convert_to(markdown, 'UTF8')), 'hex')`,
		"mentions stand where they say": `SELECT count(*) FROM mention m JOIN document_revision r USING (document_id)
			LEFT JOIN technology t ON t.id = m.technology_id LEFT JOIN concept c ON c.id = m.concept_id
			WHERE array_to_string((string_to_array(r.markdown, E'\n'))[m.first_line:m.last_line], E'\n') <>
				coalesce('- **' || t.name || '**: ' || m.text, '### ' || c.title || E'\n\n' || m.text)`,
		"a technology has its name as an alias": `SELECT count(*) FROM technology t
			WHERE NOT EXISTS (SELECT FROM technology_alias a WHERE a.technology_id = t.id AND a.name = t.name)`,
		"comments come after their subject": `SELECT count(*) FROM comment m
			LEFT JOIN challenge c ON c.id = m.challenge_id LEFT JOIN solution s ON s.id = m.solution_id
			LEFT JOIN practice p ON p.id = m.practice_id LEFT JOIN document d ON d.id = m.document_id
			WHERE m.created_at <= coalesce(c.created_at, s.created_at, p.created_at, d.created_at)`,
		"votes come after their subject": `SELECT count(*) FROM vote v
			LEFT JOIN challenge c ON c.id = v.challenge_id LEFT JOIN solution s ON s.id = v.solution_id
			LEFT JOIN practice p ON p.id = v.practice_id
			WHERE v.created_at <= coalesce(c.created_at, s.created_at, p.created_at)`,
		"solutions come after their challenge": `SELECT count(*) FROM solution s JOIN challenge c ON c.id = s.challenge_id
			WHERE s.created_at <= c.created_at`,
		"people write in cohorts that they have joined, and after they came": authors + `SELECT count(*) FROM deed
			JOIN app_user u ON u.id = deed.user_id LEFT JOIN membership m ON m.user_id = u.id AND m.cohort_id = deed.cohort_id
			WHERE u.created_at > deed.created_at OR deed.cohort_id IS NOT NULL AND (m.id IS NULL OR m.joined_at > deed.created_at)`,
		"deeds happen after their cohort has started": authors + `SELECT count(*) FROM deed
			JOIN cohort c ON c.id = deed.cohort_id WHERE deed.created_at < c.starts_on`,
		"every tenth cohort is of MEMBERS": `SELECT abs(count(*) * 10 - (SELECT count(*) FROM cohort)) FROM cohort
			WHERE visibility = 'MEMBERS'`,
		"each cohort has staff, mentors and learners": `SELECT count(*) FROM cohort c WHERE 3 <>
			(SELECT count(DISTINCT role) FROM membership WHERE cohort_id = c.id)`,
		"edits": `SELECT count(*) FROM challenge WHERE (edited_at IS NULL) <> (version = 1)
			OR updated_at <> coalesce(edited_at, created_at) OR updated_at < created_at`,
	}
	for _, table := range []string{"challenge", "solution", "practice"} {
		rules["the score of a "+table+" is the sum of its votes"] = fmt.Sprintf(`SELECT count(*) FROM %[1]s s
			WHERE score <> (SELECT coalesce(sum(value), 0) FROM vote WHERE %[1]s_id = s.id)`, table)
	}
	for _, table := range []string{"challenge", "practice"} {
		rules["an imported "+table+" agrees with its document"] = fmt.Sprintf(`SELECT count(*) FROM %s e
			JOIN document d ON d.id = e.document_id JOIN document_revision r ON r.document_id = d.id
			WHERE e.author_id <> d.owner_id OR e.cohort_id IS DISTINCT FROM d.cohort_id OR e.created_at <> d.created_at
			OR array_to_string((string_to_array(r.markdown, E'\n'))[e.first_line:e.last_line], E'\n') <>
				'### ' || e.title || E'\n\n' || e.body`, table)
	}
	for _, table := range []string{
		"app_user", "program", "cohort", "technology", "concept", "document", "document_revision",
		"mention", "challenge", "solution", "practice", "tip", "channel", "comment", "vote",
	} {
		rules["the keys of "+table+" are UUIDv7 of the time of creation"] = fmt.Sprintf(`SELECT count(*) FROM %s
			WHERE id::text !~ '^.{14}7.{4}[89ab]'
			OR ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint <> floor(extract(epoch FROM created_at) * 1000)`, table)
		rules["the times of "+table+" are of two years"] = fmt.Sprintf(`SELECT count(*) FROM %s
			WHERE created_at < '2024-01-01' OR created_at > '2026-01-01'`, table)
	}
	return rules
}

// authors lists what people did, with the cohort that it belongs to.
const authors = `WITH deed AS (
	SELECT author_id AS user_id, cohort_id, created_at FROM challenge
	UNION ALL SELECT author_id, cohort_id, created_at FROM practice
	UNION ALL SELECT owner_id, cohort_id, created_at FROM document
	UNION ALL SELECT s.author_id, c.cohort_id, s.created_at FROM solution s JOIN challenge c ON c.id = s.challenge_id
	UNION ALL SELECT x.user_id, coalesce(c.cohort_id, sc.cohort_id, p.cohort_id, d.cohort_id), x.created_at
		FROM (SELECT author_id AS user_id, challenge_id, solution_id, practice_id, document_id, created_at FROM comment
			UNION ALL SELECT user_id, challenge_id, solution_id, practice_id, NULL, created_at FROM vote) x
		LEFT JOIN challenge c ON c.id = x.challenge_id
		LEFT JOIN solution s ON s.id = x.solution_id LEFT JOIN challenge sc ON sc.id = s.challenge_id
		LEFT JOIN practice p ON p.id = x.practice_id LEFT JOIN document d ON d.id = x.document_id) `

// evidence lists queries that are true of a hub like a real one.
func evidence() map[string]string {
	words := func(table, column string, least, most int) string {
		return fmt.Sprintf(`SELECT min(n) >= %d AND max(n) <= %d AND max(n) > min(n) FROM (
			SELECT array_length(string_to_array(%s, ' '), 1) AS n FROM %s) x`, least, most, column, table)
	}
	return map[string]string{
		"titles of challenges": words("challenge", "title", 6, 12),
		"bodies of challenges": words("challenge", "body", 40, 80),
		"bodies of solutions":  words("solution", "body", 30, 100),
		"bodies of comments":   words("comment", "body", 8, 30),
		"one technology has many times the challenges of most others": `SELECT max(n) >= 8 * percentile_disc(0.5) WITHIN GROUP (ORDER BY n)
			FROM (SELECT count(*) AS n FROM challenge_technology GROUP BY technology_id) x`,
		"scores of solutions are spread": `SELECT count(DISTINCT score) >= 10 AND min(score) < 0 AND max(score) >= 7 FROM solution`,
		"challenges have none, few and many solutions": `SELECT min(n) = 0 AND max(n) >= 12 FROM (
			SELECT count(s.id) AS n FROM challenge c LEFT JOIN solution s ON s.challenge_id = c.id GROUP BY c.id) x`,
		"challenges are of all statuses":       `SELECT count(DISTINCT status) = 3 FROM challenge`,
		"half of the challenges are solved":    `SELECT avg((status = 'SOLVED')::int) BETWEEN 0.35 AND 0.65 FROM challenge`,
		"challenges are spread over two years": `SELECT count(DISTINCT date_trunc('month', created_at)) = 23 FROM challenge`,
		"each kind of subject has comments and votes": `SELECT count(challenge_id) > 0 AND count(solution_id) > 0 AND count(practice_id) > 0
			AND (SELECT count(challenge_id) > 0 AND count(solution_id) > 0 AND count(practice_id) > 0 AND count(document_id) > 0 FROM comment)
			FROM vote`,
		"some posts have no cohort":         `SELECT avg((cohort_id IS NULL)::int) BETWEEN 0.03 AND 0.15 FROM challenge`,
		"some posts stand in documents":     `SELECT count(document_id) > 0 AND count(document_id) < count(*) FROM challenge`,
		"statistics were gathered":          `SELECT reltuples = 1000 FROM pg_class WHERE relname = 'challenge'`,
		"all pages are known to be visible": `SELECT relallvisible = relpages FROM pg_class WHERE relname = 'challenge_technology'`,
		"full-text search finds a title": `SELECT count(*) > 0 FROM challenge WHERE search @@ plainto_tsquery('simple',
			(SELECT title FROM challenge ORDER BY id LIMIT 1))`,
	}
}

func TestRulesHold(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	run(t, db, 0.01, 3)
	for rule, sql := range violations() {
		if count := query[int64](t, db, sql)[0]; count != 0 {
			t.Errorf("%s: %d rows break the rule", rule, count)
		}
	}
	for claim, sql := range evidence() {
		if !query[bool](t, db, sql)[0] {
			t.Errorf("%s: it is not so", claim)
		}
	}
}
