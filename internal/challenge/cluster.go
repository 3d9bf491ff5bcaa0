package challenge

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
)

// LinkDocument brings the clusters in step with the challenges of a document,
// in the transaction of ctx. It must be the last step of it: other imports wait
// from here on until the transaction ends, and no lock may be taken after this.
//
// The clusters are the connected parts of the likeness of all present
// challenges, whoever may see them, so the order of imports does not matter.
// What is deleted or missing is in none.
func (s *Service) LinkDocument(ctx context.Context, document id.Document) error {
	return s.link(ctx, "c.document_id = ?", document)
}

// LinkChallenge does the same for one challenge that was posted, changed, deleted
// or restored, and is likewise the last step of its transaction.
func (s *Service) LinkChallenge(ctx context.Context, challenge id.Challenge) error {
	return s.link(ctx, "c.id = ?", challenge)
}

func (s *Service) link(ctx context.Context, which string, key any) error {
	rows := clusterRows{s.db}
	err := func() error {
		changed, err := rows.changed(ctx, which, key)
		if err != nil || len(changed) == 0 {
			return err
		}
		if err := rows.lock(ctx); err != nil {
			return err
		}
		loose, err := rows.loose(ctx, changed)
		if err != nil {
			return err
		}
		c := &clustering{}
		c.take(changed, loose)
		settled, err := rows.settled(ctx, c)
		if err != nil {
			return err
		}
		c.settle(settled)
		return rows.write(ctx, c)
	}()
	if err != nil {
		return fmt.Errorf("link similar challenges: %w", database.Translate(err))
	}
	return nil
}

// ClustersOf returns the cluster of each of these challenges that has one and
// is visible.
func (s *Service) ClustersOf(ctx context.Context, ids []id.Challenge) (map[id.Challenge]id.ChallengeCluster, error) {
	var rows []struct {
		ID        id.Challenge
		ClusterID id.ChallengeCluster
	}
	visible := auth.Visible(ctx, auth.ChallengeRows())
	err := s.db.Handle(ctx).Raw(`SELECT challenge.id, s.cluster_id
		FROM challenge_signature AS s JOIN challenge ON challenge.id = s.challenge_id
		WHERE s.challenge_id = ANY(CAST(? AS uuid[])) AND s.cluster_id IS NOT NULL AND ?`, database.UUIDs(ids), visible).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("clusters of challenges: %w", database.Translate(err))
	}
	found := make(map[id.Challenge]id.ChallengeCluster, len(rows))
	for _, row := range rows {
		found[row.ID] = row.ClusterID
	}
	return found, nil
}

// LearnersOfClusters returns how many learners met the difficulty of each
// cluster, as far as their challenges are visible. A document without owner
// counts as one learner. A cluster of which nothing is visible is left out.
func (s *Service) LearnersOfClusters(ctx context.Context, ids []id.ChallengeCluster) (map[id.ChallengeCluster]int, error) {
	var rows []struct {
		ClusterID id.ChallengeCluster
		Learners  int
	}
	visible := auth.Visible(ctx, auth.ChallengeRows())
	err := s.db.Handle(ctx).Raw(`SELECT s.cluster_id,
			count(DISTINCT coalesce(challenge.author_id, challenge.document_id, challenge.id)) AS learners
		FROM challenge_signature AS s JOIN challenge ON challenge.id = s.challenge_id
		WHERE s.cluster_id = ANY(CAST(? AS uuid[])) AND ?
		GROUP BY s.cluster_id`, database.UUIDs(ids), visible).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("learners of clusters: %w", database.Translate(err))
	}
	found := make(map[id.ChallengeCluster]int, len(rows))
	for _, row := range rows {
		found[row.ClusterID] = row.Learners
	}
	return found, nil
}
