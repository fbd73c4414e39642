//! EHC needs assessments and advice queries in every state, some of them due this week.

use super::story::{Teller, at};
use crate::store::Fault;
use crate::workflow::ehc::advice::{Seek, Submit};
use crate::workflow::ehc::assessment::{Cease, DecideNotToAssess, DecideNotToIssue, DecideToAssess, Request};
use crate::workflow::ehc::follow_up::{LogGiverDiscussion, OpenFollowUp};
use crate::workflow::ehc::plan::{AnswerCheck, IssueDraft, IssueFinal, RecordResponse, open_checks};
use crate::workflow::ehc::query::{
    CloseFollowUp, Decide, LogSmallPoint, Raise, RecordDiscussion, WithdrawQuery,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::ehc::{QueryDecision, QueryReason, RequestSource, Service as AdviceService};
use domain::refusal::Acknowledgement;
use domain::rule::RuleId;
use uuid::Uuid;

/// How far an assessment has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    Requested,
    Declined,
    /// Advice was sought, and that of the health service came in where it has been asked for long enough.
    Assessing,
    NotIssued,
    Ceased,
    Drafted,
    Final,
}

/// How far the query on the health service's advice has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Query {
    None,
    Raised,
    Discussed,
    UsedAsSubmitted,
    SmallPoint,
    SmallPointClosed,
    Withdrawn,
    FollowUp,
    Updated,
    Closed,
}

/// Asked for how many days ago, for which child, and how far it came.
const STORY: [(i64, usize, Until, Query); 18] = [
    (8, 12, Until::Requested, Query::None),
    (38, 13, Until::Requested, Query::None),
    (70, 14, Until::Declined, Query::None),
    (68, 16, Until::Assessing, Query::None),
    (63, 17, Until::Assessing, Query::Raised),
    (64, 18, Until::Assessing, Query::Discussed),
    (66, 20, Until::Assessing, Query::FollowUp),
    (65, 21, Until::Assessing, Query::SmallPoint),
    (72, 22, Until::Assessing, Query::SmallPointClosed),
    (72, 24, Until::Assessing, Query::UsedAsSubmitted),
    (72, 25, Until::Assessing, Query::Withdrawn),
    (70, 26, Until::Assessing, Query::Updated),
    (76, 28, Until::Assessing, Query::Closed),
    (135, 29, Until::Assessing, Query::None),
    (75, 0, Until::Drafted, Query::Closed),
    (110, 30, Until::Final, Query::Closed),
    (100, 32, Until::NotIssued, Query::None),
    (90, 33, Until::Ceased, Query::FollowUp),
];

impl Teller<'_> {
    /// Lives the story of every assessment by itself.
    pub(super) async fn tell_assessments(&self) -> Result<(), Fault> {
        for (days, child, until, query) in STORY {
            let requested_on = self.op.today() - TimeDelta::days(days);
            self.tell_assessment(self.world.everybody[child], requested_on, until, query).await?;
        }
        Ok(())
    }

    async fn tell_assessment(
        &self,
        child: Uuid,
        requested_on: NaiveDate,
        until: Until,
        query: Query,
    ) -> Result<(), Fault> {
        let day = |days: i64, hour| at(requested_on + TimeDelta::days(days), hour);
        let (coordinator, manager) = (self.world.coordinator, self.world.manager);
        let request = Request { child: Some(child), upn: None, source: RequestSource::School, requested_on };
        let discussed = Acknowledgement {
            rule: RuleId::Gr12,
            reason: "Discussed with the link EP at the planning meeting.".to_owned(),
        };
        let assessment = self.step_knowing(manager, day(0, 9), request, vec![discussed]).await?;
        match until {
            Until::Requested => return Ok(()),
            Until::Declined => {
                let reason = "What the school provides meets the needs.".to_owned();
                self.step(manager, day(29, 10), DecideNotToAssess { assessment, reason }).await?;
                return Ok(());
            }
            _ => {}
        }
        let decide = DecideToAssess { assessment, coordinator: Some(coordinator) };
        self.step(manager, day(30, 10), decide).await?;
        let health = self.seek(assessment, day(31, 9)).await?;
        if day(61, 16) < self.op.now && requested_on > self.op.today() - TimeDelta::days(130) {
            self.submit(health, day(61, 16), "Needs a quiet place to work and movement breaks.", None)
                .await?;
        }
        if query > Query::None {
            self.tell_query(health, day(62, 9), query).await?;
        }
        self.tell_end(assessment, requested_on, until).await
    }

    /// Asks the health service, the educational psychologist and the parents; answers the first.
    async fn seek(&self, assessment: Uuid, when: DateTime<Utc>) -> Result<Uuid, Fault> {
        let (coordinator, manager) = (self.world.coordinator, Some(self.world.advice_manager));
        let ask = |service, giver, manager| Seek { assessment, service, giver, manager };
        let health = ask(AdviceService::Health, Some(self.world.giver), manager);
        let health = self.step(coordinator, when, health).await?;
        let psychologist = ask(AdviceService::EducationalPsychologist, Some(self.world.link_ep), manager);
        self.step(coordinator, when, psychologist).await?;
        self.step(coordinator, when, ask(AdviceService::Parent, None, None)).await?;
        Ok(health)
    }

    async fn submit(
        &self,
        request: Uuid,
        when: DateTime<Utc>,
        content: &str,
        what_changed: Option<&str>,
    ) -> Result<(), Fault> {
        let what_changed = what_changed.map(str::to_owned);
        let submit = Submit { request, content: content.to_owned(), what_changed };
        self.step(self.world.giver, when, submit).await?;
        Ok(())
    }

    async fn tell_query(&self, request: Uuid, raised: DateTime<Utc>, until: Query) -> Result<(), Fault> {
        let (coordinator, manager) = (self.world.coordinator, self.world.manager);
        let later = |days: i64, hours: i64| raised + TimeDelta::days(days) + TimeDelta::hours(hours);
        let raise = Raise {
            request,
            reason: QueryReason::Unclear,
            part: "Provision".into(),
            question: "How often, and by whom?".into(),
        };
        let query = self.step(coordinator, raised, raise).await?;
        if until >= Query::Discussed {
            let note = "The frequency is missing; the rest can be used.".to_owned();
            self.step(coordinator, later(0, 4), RecordDiscussion { query, note }).await?;
        }
        let decision = match until {
            Query::None | Query::Raised | Query::Discussed => return Ok(()),
            Query::UsedAsSubmitted => QueryDecision::UseAsSubmitted,
            Query::SmallPoint | Query::SmallPointClosed => QueryDecision::SmallPoint,
            _ => QueryDecision::ExtendedInput,
        };
        let reason = "The plan has to say how often.".to_owned();
        self.step(manager, later(1, 0), Decide { query, decision, reason }).await?;
        match until {
            Query::SmallPointClosed => {
                let (contact, answer) = ("By telephone.".to_owned(), "Twice a week.".to_owned());
                self.step(coordinator, later(2, 0), LogSmallPoint { query, contact, answer }).await?;
            }
            Query::Withdrawn => {
                let reason = "The answer stood in another report.".to_owned();
                self.step(manager, later(2, 0), WithdrawQuery { query, reason }).await?;
            }
            Query::FollowUp | Query::Updated | Query::Closed => {
                self.tell_follow_up(request, query, later(2, 0), until).await?;
            }
            _ => {}
        }
        Ok(())
    }

    async fn tell_follow_up(
        &self,
        request: Uuid,
        query: Uuid,
        opened: DateTime<Utc>,
        until: Query,
    ) -> Result<(), Fault> {
        let required = "Say for each provision how often it is given, and by whom.".to_owned();
        let open = OpenFollowUp { query, required, copies: Vec::new() };
        self.step(self.world.coordinator, opened, open).await?;
        let note = "Went through the provisions together.".to_owned();
        let discussion = LogGiverDiscussion { query, note };
        self.step(self.world.advice_manager, opened + TimeDelta::hours(6), discussion).await?;
        if until >= Query::Updated {
            let changed = Some("How often, and by whom.");
            let content = "Movement breaks five times a day, by the class team.";
            self.submit(request, opened + TimeDelta::days(4), content, changed).await?;
        }
        if until >= Query::Closed {
            let close = CloseFollowUp { query };
            self.step(self.world.coordinator, opened + TimeDelta::days(5), close).await?;
        }
        Ok(())
    }

    async fn tell_end(&self, assessment: Uuid, requested_on: NaiveDate, until: Until) -> Result<(), Fault> {
        let day = |days: i64, hour| at(requested_on + TimeDelta::days(days), hour);
        let (coordinator, manager) = (self.world.coordinator, self.world.manager);
        match until {
            Until::NotIssued => {
                let reason = "The needs are met from what is ordinarily available.".to_owned();
                self.step(manager, day(85, 11), DecideNotToIssue { assessment, reason }).await?;
            }
            Until::Ceased => {
                let reason = "The family moved abroad.".to_owned();
                self.step(manager, day(80, 11), Cease { assessment, reason }).await?;
            }
            Until::Drafted | Until::Final => {
                let content = "Outcomes, and the provision for each.".to_owned();
                let draft = IssueDraft { assessment, content, override_reason: None };
                self.step(coordinator, day(72, 15), draft).await?;
            }
            _ => {}
        }
        if until == Until::Final {
            self.answer_checks(assessment, day(75, 12)).await?;
            let response = "We agree, and name the school.".to_owned();
            self.step(coordinator, day(80, 9), RecordResponse { assessment, response }).await?;
            self.step(manager, day(90, 16), IssueFinal { assessment }).await?;
        }
        Ok(())
    }

    async fn answer_checks(&self, assessment: Uuid, when: DateTime<Utc>) -> Result<(), Fault> {
        for (check, giver) in open_checks(self.service, self.op, assessment).await? {
            let answer = AnswerCheck { check, accurate: true, feedback: None };
            self.step(giver, when, answer).await?;
        }
        Ok(())
    }
}
