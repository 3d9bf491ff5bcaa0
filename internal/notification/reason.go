package notification

import (
	"strings"

	"github.com/project-nexus/nexus/internal/id"
)

// maxMentions bounds the people whom one text tells.
const maxMentions = 50

// reason tells who hears of an event and why: sql lists their user_id, with @subject,
// @actor and @handles.
type reason struct {
	kind NotificationKind
	sql  string
}

// news are the reasons to tell of an event, by its kind.
func news(kind string) []reason {
	const (
		followers = `SELECT user_id FROM follow WHERE challenge_id = `
		commented = `SELECT COALESCE(c.author_id, s.author_id, p.author_id, d.owner_id) AS user_id FROM comment
			LEFT JOIN challenge AS c ON c.id = comment.challenge_id LEFT JOIN solution AS s ON s.id = comment.solution_id
			LEFT JOIN practice AS p ON p.id = comment.practice_id LEFT JOIN document AS d ON d.id = comment.document_id
			WHERE comment.id = @subject`
	)
	mentioned := reason{Mentioned, `SELECT id AS user_id FROM app_user WHERE lower(handle) = ANY(CAST(@handles AS text[])) AND deleted_at IS NULL`}
	switch kind {
	case "challenge.created":
		return []reason{
			mentioned,
			{FollowedUser, `SELECT user_id FROM follow WHERE followed_user_id = @actor`},
			{FollowedTechnology, `SELECT f.user_id FROM follow AS f JOIN challenge_technology AS ct ON ct.technology_id = f.technology_id WHERE ct.challenge_id = @subject`},
		}
	case "challenge.solved":
		return []reason{{FollowedChallenge, followers + `@subject`}}
	case "solution.added":
		return []reason{
			mentioned,
			{SolutionAdded, `SELECT c.author_id AS user_id FROM challenge AS c JOIN solution AS s ON s.challenge_id = c.id WHERE s.id = @subject`},
			{FollowedChallenge, followers + `(SELECT challenge_id FROM solution WHERE id = @subject)`},
		}
	case "solution.accepted":
		return []reason{{SolutionAccepted, `SELECT author_id AS user_id FROM solution WHERE id = @subject`}}
	case "comment.added":
		return []reason{
			mentioned,
			{Commented, commented},
			{FollowedChallenge, followers + `(SELECT challenge_id FROM comment WHERE id = @subject)`},
		}
	case "practice.created", "challenge.updated", "solution.updated", "comment.updated", "practice.updated":
		return []reason{mentioned}
	default:
		return nil
	}
}

// tableOf returns the table of a subject by the prefix of its ids, "" for what no
// notification is about.
func tableOf(prefix string) string {
	return map[string]string{
		id.Challenge{}.Prefix(): "challenge", id.Solution{}.Prefix(): "solution",
		id.Practice{}.Prefix(): "practice", id.Comment{}.Prefix(): "comment",
	}[prefix]
}

// again reports whether an event of this kind is about a subject that was news
// before: whoever was told of it then is not told again.
func again(kind string) bool { return strings.HasSuffix(kind, ".updated") }
