package challenge

import (
	"context"
	"slices"
	"strings"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest/similar"
)

// clusterRows reads and writes signatures and clusters.
type clusterRows struct{ db *database.DB }

// clusterLock is the key of the advisory lock of both tables.
const clusterLock = 0x6E65787573636C75 // "nexusclu"

// lock makes other imports wait: each must see the links of those before it. What
// the search has to catch up with is done first, so that nobody waits for that.
func (r clusterRows) lock(ctx context.Context) error {
	handle := r.db.Handle(ctx)
	if err := handle.Exec("SET CONSTRAINTS search_catch_up IMMEDIATE").Error; err != nil {
		return err
	}
	return handle.Exec("SELECT pg_advisory_xact_lock(?)", int64(clusterLock)).Error
}

// changed returns those of some challenges whose stored signature is not theirs;
// empty for those that have none any more. Nobody else writes the signatures of
// challenges that this transaction has locked, so it needs no other lock.
func (r clusterRows) changed(ctx context.Context, which string, key any) (map[id.Challenge]similar.Signature, error) {
	var rows []struct {
		ID          id.Challenge
		Title, Body string
		Present     bool
		Words       string
	}
	err := r.db.Handle(ctx).Raw(`SELECT c.id, c.title, c.body, c.deleted_at IS NULL AND c.missing_at IS NULL AS present,
			coalesce(array_to_string(s.words, ' '), '') AS words
		FROM challenge AS c LEFT JOIN challenge_signature AS s ON s.challenge_id = c.id
		WHERE `+which, key).Scan(&rows).Error
	changed := map[id.Challenge]similar.Signature{}
	for _, row := range rows {
		var signature similar.Signature
		if row.Present {
			signature = similar.Of(row.Title, row.Body)
		}
		if strings.Join(signature, " ") != row.Words {
			changed[row.ID] = signature
		}
	}
	return changed, err
}

// clusterRow is a row of challenge_signature.
type clusterRow struct {
	ChallengeID id.Challenge
	Words       string
	ClusterID   *id.ChallengeCluster
}

func nodesOf(rows []clusterRow, settled bool) []*node {
	nodes := make([]*node, len(rows))
	for i, row := range rows {
		nodes[i] = &node{id: row.ChallengeID, signature: strings.Fields(row.Words), cluster: row.ClusterID, settled: settled}
	}
	return nodes
}

// loose returns the changed challenges that are stored, and all members of the
// clusters that they were in.
func (r clusterRows) loose(ctx context.Context, changed map[id.Challenge]similar.Signature) ([]*node, error) {
	ids := make([]id.Challenge, 0, len(changed))
	for challenge := range changed {
		ids = append(ids, challenge)
	}
	var rows []clusterRow
	err := r.db.Handle(ctx).Raw(`WITH own AS (SELECT challenge_id, words, cluster_id FROM challenge_signature WHERE challenge_id = ANY(CAST(? AS uuid[])))
		SELECT challenge_id, array_to_string(words, ' ') AS words, cluster_id FROM own
		UNION SELECT s.challenge_id, array_to_string(s.words, ' '), s.cluster_id
			FROM challenge_signature AS s WHERE s.cluster_id IN (SELECT cluster_id FROM own)`, database.UUIDs(ids)).Scan(&rows).Error
	return nodesOf(rows, false), err
}

// settled returns the other challenges that may be like those of c, one for
// each signature: equal signatures are in one cluster.
func (r clusterRows) settled(ctx context.Context, c *clustering) ([]*node, error) {
	if len(c.nodes) == 0 {
		return nil, nil
	}
	ids := slices.Clone(c.gone)
	var keys []string
	for _, n := range c.nodes {
		ids = append(ids, n.id)
		keys = append(keys, n.signature.Keys()...)
	}
	var rows []clusterRow
	err := r.db.Handle(ctx).Raw(`SELECT DISTINCT ON (words) challenge_id, array_to_string(words, ' ') AS words, cluster_id
		FROM challenge_signature WHERE keys && CAST(? AS text[]) AND challenge_id <> ALL(CAST(? AS uuid[]))
		ORDER BY words, challenge_id`, database.Texts(keys), database.UUIDs(ids)).Scan(&rows).Error
	return nodesOf(rows, true), err
}

func (r clusterRows) write(ctx context.Context, c *clustering) error {
	if len(c.created) > 0 {
		if err := r.exec(ctx, "INSERT INTO challenge_cluster (id) SELECT unnest(CAST(? AS uuid[]))", database.UUIDs(c.created)); err != nil {
			return err
		}
	}
	if err := r.writeSignatures(ctx, c.nodes); err != nil {
		return err
	}
	for from, to := range c.moved {
		if err := r.exec(ctx, "UPDATE challenge_signature SET cluster_id = ? WHERE cluster_id = ?", to, from); err != nil {
			return err
		}
		c.unused = append(c.unused, from)
	}
	if len(c.gone) > 0 {
		if err := r.exec(ctx, "DELETE FROM challenge_signature WHERE challenge_id = ANY(CAST(? AS uuid[]))", database.UUIDs(c.gone)); err != nil {
			return err
		}
	}
	if len(c.unused) == 0 {
		return nil
	}
	return r.exec(ctx, "DELETE FROM challenge_cluster WHERE id = ANY(CAST(? AS uuid[]))", database.UUIDs(c.unused))
}

func (r clusterRows) writeSignatures(ctx context.Context, nodes []*node) error {
	var ids []id.Challenge
	var words, keys, clusters []string
	for _, n := range nodes {
		if !n.write {
			continue
		}
		cluster := ""
		if n.cluster != nil {
			cluster = n.cluster.String()
		}
		ids, clusters = append(ids, n.id), append(clusters, cluster)
		words = append(words, strings.Join(n.signature, " "))
		keys = append(keys, strings.Join(n.signature.Keys(), " "))
	}
	if len(ids) == 0 {
		return nil
	}
	return r.exec(ctx, `INSERT INTO challenge_signature (challenge_id, words, keys, cluster_id)
		SELECT fresh.id, string_to_array(fresh.words, ' '), string_to_array(fresh.keys, ' '), CAST(nullif(fresh.cluster, '') AS uuid)
		FROM unnest(CAST(? AS uuid[]), CAST(? AS text[]), CAST(? AS text[]), CAST(? AS text[])) AS fresh(id, words, keys, cluster)
		ON CONFLICT (challenge_id) DO UPDATE SET words = excluded.words, keys = excluded.keys, cluster_id = excluded.cluster_id`,
		database.UUIDs(ids), database.Texts(words), database.Texts(keys), database.Texts(clusters))
}

func (r clusterRows) exec(ctx context.Context, sql string, args ...any) error {
	return r.db.Handle(ctx).Exec(sql, args...).Error
}
