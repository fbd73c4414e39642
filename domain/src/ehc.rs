//! Education, health and care (EHC) needs assessments: the statutory clock (EH-1 to EH-5), the advice that comes in, and
//! what is done about advice that is unclear (AQ-1 to AQ-11).

pub mod advice;
pub mod assessment;
pub mod exception;
pub mod forecast;
pub mod plan;
pub mod query;
pub mod report;
pub mod timeliness;

use crate::vocabulary::vocabulary;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

vocabulary! {
    /// Where an EHC needs assessment stands.
    State as "EhcAssessmentState" {
        /// Asked for; whether to assess is to be decided.
        Requested = "requested",
        /// The authority decided not to assess.
        Declined = "declined",
        /// Under way: advice is gathered.
        Assessing = "under way",
        /// Assessed, and the authority decided not to issue a plan.
        NotIssued = "ended without a plan",
        /// The draft plan is with the parents.
        DraftIssued = "at the draft plan",
        /// The final plan was issued.
        FinalIssued = "ended with the final plan",
        /// It ended before its time, with a reason.
        Ceased = "ceased",
    }
}

impl State {
    /// The states in which something is still to be done.
    pub const OPEN: [State; 3] = [State::Requested, State::Assessing, State::DraftIssued];

    /// Whether something is still to be done.
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}

vocabulary! {
    /// Who asked for the assessment.
    RequestSource as "EhcRequestSource" {
        /// A parent or carer.
        Parent = "parent",
        /// The young person.
        YoungPerson = "young person",
        /// The school, post-16 institution or early-years provider.
        School = "school",
        /// Somebody else who brought the child to the authority's attention.
        Other = "other",
    }
}

vocabulary! {
    /// From whom advice is sought (EH-2).
    Service as "AdviceService" {
        /// The parents or the young person; no manager, no formal follow-up.
        Parent = "parents",
        /// The school, post-16 institution or early-years provider.
        School = "school",
        /// Health.
        Health = "health",
        /// Educational psychologist.
        EducationalPsychologist = "educational psychologist",
        /// Social care.
        SocialCare = "social care",
        /// Qualified teacher of children with hearing, vision or multi-sensory impairment.
        SensoryTeacher = "sensory teacher",
        /// Anybody else whose advice is needed.
        Other = "other",
    }
}

vocabulary! {
    /// Where a request for advice stands.
    RequestState as "AdviceRequestState" {
        /// Asked for.
        Sought = "asked for",
        /// Received, in one version or more.
        Received = "received",
        /// The assessment ended.
        Ended = "ended",
    }
}

vocabulary! {
    /// Where an advice query stands (AQ-2 to AQ-7).
    QueryState as "AdviceQueryState" {
        /// Raised; to be discussed with the line manager.
        Raised = "raised",
        /// Discussed; the SEND manager decides.
        Discussed = "discussed",
        /// The advice is used as submitted.
        UsedAsSubmitted = "settled: the advice is used as submitted",
        /// A small point of clarity: the coordinator contacts the giver.
        SmallPoint = "a small point",
        /// A formal follow-up is with the giver and the giver's manager.
        FormalFollowUp = "in formal follow-up",
        /// An updated version of the advice came in.
        Updated = "answered with updated advice",
        /// Closed.
        Closed = "closed",
        /// Withdrawn with a reason.
        Withdrawn = "withdrawn",
    }
}

impl QueryState {
    /// The states in which the query is still open: a draft plan waits for it (AQ-8).
    pub const OPEN: [QueryState; 5] = [
        QueryState::Raised,
        QueryState::Discussed,
        QueryState::SmallPoint,
        QueryState::FormalFollowUp,
        QueryState::Updated,
    ];

    /// Whether it is still open.
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}

vocabulary! {
    /// What is wrong with the advice (AQ-2).
    QueryReason as "AdviceQueryReason" {
        /// It is unclear.
        Unclear = "unclear",
        /// It is incomplete.
        Incomplete = "incomplete",
        /// Something else.
        Other = "other",
    }
}

vocabulary! {
    /// What the SEND manager decides about a query (AQ-3).
    QueryDecision as "AdviceQueryDecision" {
        /// The advice is used as submitted.
        UseAsSubmitted = "use as submitted",
        /// A small point of clarity.
        SmallPoint = "small point of clarity",
        /// Further or extended input: a formal follow-up may be opened.
        ExtendedInput = "extended input",
    }
}

vocabulary! {
    /// What an entry in the log of a query says.
    EntryKind as "AdviceQueryEntryKind" {
        /// The coordinator discussed it with the line manager; internal (AQ-2).
        ManagerDiscussion = "discussed with the line manager",
        /// The SEND manager decided; internal (AQ-3).
        Decision = "decided",
        /// The coordinator contacted the giver, and what the answer was (AQ-4).
        Contact = "giver contacted",
        /// The formal follow-up as it went out (AQ-5).
        FollowUp = "formal follow-up sent",
        /// The giver's manager discussed it with the giver (AQ-6).
        GiverDiscussion = "discussed with the giver",
        /// The giver is not at work; the manager answers (AQ-6).
        Absence = "giver not at work",
        /// Why it was withdrawn.
        Withdrawal = "withdrawn",
        /// A step was taken back, and why; internal (XC-22).
        Reversal = "step taken back",
    }
}

impl EntryKind {
    /// Notes of the SEND team that the giver and the giver's manager do not see.
    pub const INTERNAL: [EntryKind; 3] =
        [EntryKind::ManagerDiscussion, EntryKind::Decision, EntryKind::Reversal];
}

vocabulary! {
    /// Where an advice giver's check of the draft plan stands (AQ-8).
    CheckState as "AccuracyCheckState" {
        /// To be answered.
        Open = "open",
        /// The plan reflects the child's needs.
        Accurate = "accurate",
        /// Feedback was given, with a copy to the line manager.
        Feedback = "answered with feedback",
        /// No longer asked for.
        Withdrawn = "withdrawn",
    }
}

vocabulary! {
    /// The grounds on which the regulations excuse a date (EH-4).
    Ground as "ExceptionGround" {
        /// Advice was asked of a school around a closure of four weeks or more.
        SchoolClosure = "school closure",
        /// Exceptional personal circumstances of the child or a parent.
        PersonalCircumstances = "exceptional personal circumstances",
        /// Absence from the area of four weeks or more.
        Absence = "absence from the area",
        /// The child missed an appointment for the advice: moves that advice's date only.
        MissedAppointment = "missed appointment",
    }
}

/// What happens in an EHC needs assessment. No names and no words about the child: past weeks' figures are reckoned from
/// these events, and they stay when a record is erased (XC-15).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EhcEvent {
    /// An assessment was asked for.
    Requested {
        /// London date of the request: day 0.
        on: NaiveDate,
        /// Who asked.
        source: RequestSource,
    },
    /// The authority decided to assess.
    DecidedToAssess,
    /// The authority decided not to assess.
    Declined,
    /// The authority decided not to issue a plan.
    DecidedNotToIssue,
    /// It ended before its time.
    Ceased,
    /// A statutory exception was recorded.
    ExceptionRecorded {
        /// On which ground.
        ground: Ground,
    },
    /// A statutory exception was taken back.
    ExceptionRevoked {
        /// On which ground.
        ground: Ground,
    },
    /// Advice was sought.
    AdviceSought {
        /// From which service.
        service: Service,
        /// London date by which it is due.
        due_on: NaiveDate,
    },
    /// Advice came in.
    AdviceReceived {
        /// From which service.
        service: Service,
        /// 1 for the first version.
        version: i32,
    },
    /// The giver of an advice is not at work; the manager answers.
    GiverAbsent,
    /// The giver, or the giver's manager, of an advice changed.
    GiverChanged,
    /// A query was raised.
    QueryRaised {
        /// On the advice of which service.
        service: Service,
        /// The giver, where it is a person of the service.
        giver: Option<Uuid>,
    },
    /// It was discussed with the line manager.
    QueryDiscussed,
    /// The SEND manager decided.
    QueryDecided {
        /// What.
        decision: QueryDecision,
    },
    /// The giver was contacted about a small point, which closes the query.
    SmallPointLogged,
    /// A formal follow-up was opened.
    FollowUpOpened {
        /// London date by which the response is due.
        due_on: NaiveDate,
    },
    /// The response is due on another day, since the calendar changed (XC-13).
    FollowUpMoved {
        /// London date by which the response is due now.
        due_on: NaiveDate,
    },
    /// The giver's manager discussed it with the giver.
    GiverDiscussed,
    /// Updated advice answered the formal follow-up.
    FollowUpAnswered,
    /// The follow-up was closed.
    FollowUpClosed,
    /// The query was withdrawn.
    QueryWithdrawn,
    /// A step on a query was taken back.
    QueryStepReversed {
        /// The state in which it is now.
        to: QueryState,
    },
    /// The draft plan was issued.
    DraftIssued,
    /// An advice giver checked the draft plan.
    DraftChecked {
        /// Whether they found it accurate.
        accurate: bool,
    },
    /// The parents answered the draft plan.
    ParentsResponded,
    /// The final plan was issued.
    FinalIssued,
    /// The forecast changed (AQ-9).
    ForecastChanged {
        /// The earliest realistic London date of the final plan.
        final_on: NaiveDate,
        /// The statutory one, with exceptions.
        final_by: NaiveDate,
    },
    /// The parents were told of a delay.
    DelayNoticeIssued {
        /// The London date that they were told.
        new_final_on: NaiveDate,
    },
    /// A step of the assessment was taken back.
    StepReversed {
        /// The state in which it is now.
        to: State,
    },
    /// Somebody has read a weekly report.
    WeeklyReportRead {
        /// The Monday of its week.
        week: NaiveDate,
    },
}
