//! Link staff: contacts, formal consultations with their pack and next steps, referrals (GR-3, GR-9 to GR-11).

use super::child::Child;
use super::connection::Listed;
use super::event::EventConnection;
use super::id::{Kind, encode};
use super::list::cases::{History, HistoryOf};
use super::list::short;
use super::loader::{all_under, by_id};
use super::people::Person;
use super::scalar::{Date, DateTime};
use super::school::School;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::access::{Action, Role};
use domain::event::EventKind;
use domain::graduated::link::Pack;
use domain::graduated::{ContactPurpose, LinkConsultationState, NextStepKind, ReferralState};
use entity::{agreed_action, child, link_consultation, link_contact, person, referral, school};

/// A contact of a school with its link staff.
pub struct LinkContact(link_contact::Model);

impl From<link_contact::Model> for LinkContact {
    fn from(row: link_contact::Model) -> Self {
        Self(row)
    }
}

/// A contact of a school with its link staff about a child (GR-9).
#[Object]
impl LinkContact {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::LinkContact, self.0.id)
    }

    /// The child.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        Ok(by_id::<child::Entity>(ctx, self.0.child_id).await?.map(Child::from))
    }

    /// The school.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }

    /// The practitioner, if the viewer sees them.
    async fn practitioner(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.practitioner_id).await?.map(Person::from))
    }

    /// The practitioner's discipline that day.
    async fn discipline(&self) -> Role {
        self.0.discipline
    }

    /// About what.
    async fn purpose(&self) -> ContactPurpose {
        self.0.purpose
    }

    /// When.
    async fn contacted_on(&self) -> Date {
        Date(self.0.contacted_on)
    }

    /// What was discussed.
    async fn note(&self) -> &str {
        &self.0.note
    }

    /// When it was logged (UTC).
    async fn logged_at(&self) -> DateTime {
        DateTime(self.0.logged_at)
    }

    /// When it was taken back as a mistake (UTC).
    async fn withdrawn_at(&self) -> Option<DateTime> {
        self.0.withdrawn_at.map(DateTime)
    }

    /// Why it was taken back.
    async fn withdrawn_reason(&self) -> Option<&str> {
        self.0.withdrawn_reason.as_deref()
    }

    /// The steps that the viewer may take, by role, relation and state (XC-18).
    async fn allowed_actions(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        super::loader::allowed_on_link_contact(ctx, &self.0).await
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// A formal consultation with the link EP or inclusion partner.
pub struct LinkConsultation(link_consultation::Model);

impl From<link_consultation::Model> for LinkConsultation {
    fn from(row: link_consultation::Model) -> Self {
        Self(row)
    }
}

/// A formal consultation with the link EP or inclusion partner (GR-9 to GR-11).
#[Object]
impl LinkConsultation {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::LinkConsultation, self.0.id)
    }

    /// The child.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        Ok(by_id::<child::Entity>(ctx, self.0.child_id).await?.map(Child::from))
    }

    /// The school that raised it.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }

    /// Where it stands.
    async fn state(&self) -> LinkConsultationState {
        self.0.state
    }

    /// What the school wants to know.
    async fn question(&self) -> &str {
        &self.0.question
    }

    /// The sudden significant concerns, where they are the ground.
    async fn sudden_concerns(&self) -> Option<&str> {
        self.0.sudden_concerns.as_deref()
    }

    /// Whether it does not wait for the school's next planning meeting.
    async fn urgent(&self) -> bool {
        self.0.urgent
    }

    /// Who raised it, if the viewer sees them.
    async fn raised_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.raised_by).await?.map(Person::from))
    }

    /// When (UTC).
    async fn raised_at(&self) -> DateTime {
        DateTime(self.0.raised_at)
    }

    /// The pack, and what it lacks (GR-10).
    async fn pack(&self, ctx: &Context<'_>) -> Result<Option<LinkPack>> {
        let pack = super::loader::pack_of(ctx, &self.0).await?;
        Ok(pack.map(|pack| LinkPack::of(pack, &self.0.professional_reports)))
    }

    /// When the pack was complete (UTC).
    async fn ready_at(&self) -> Option<DateTime> {
        self.0.ready_at.map(DateTime)
    }

    /// What was advised.
    async fn advice(&self) -> Option<&str> {
        self.0.advice.as_deref()
    }

    /// Who advised, if the viewer sees them.
    async fn advised_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match self.0.advised_by {
            Some(id) => Ok(by_id::<person::Entity>(ctx, id).await?.map(Person::from)),
            None => Ok(None),
        }
    }

    /// When (UTC).
    async fn advised_at(&self) -> Option<DateTime> {
        self.0.advised_at.map(DateTime)
    }

    /// The next steps, in order.
    async fn next_steps(&self, ctx: &Context<'_>) -> Result<Vec<AgreedAction>> {
        Ok(all_under(ctx, self.0.id, short::AgreedActions)
            .await?
            .into_iter()
            .map(AgreedAction::from)
            .collect())
    }

    /// When it was closed or withdrawn (UTC).
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }

    /// Why it was withdrawn.
    async fn withdrawn_reason(&self) -> Option<&str> {
        self.0.withdrawn_reason.as_deref()
    }

    /// What happened, oldest first, as far as the viewer sees it.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<EventKind>>,
    ) -> Result<EventConnection> {
        let history = History { of: HistoryOf::Subject, kinds: kinds.unwrap_or_default() };
        Ok(EventConnection(Listed::under(ctx, self.0.id, history, first, after).await?))
    }

    /// The steps that the viewer may take, by role, relation and state; a dry run says the rest (XC-18).
    async fn allowed_actions(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        super::loader::allowed_on_link_consultation(ctx, &self.0).await
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// A next step.
pub struct AgreedAction(agreed_action::Model);

impl From<agreed_action::Model> for AgreedAction {
    fn from(row: agreed_action::Model) -> Self {
        Self(row)
    }
}

/// A next step of a consultation, with owner and due date (GR-11).
#[Object]
impl AgreedAction {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::AgreedAction, self.0.id)
    }

    /// The consultation.
    async fn link_consultation(&self, ctx: &Context<'_>) -> Result<Option<LinkConsultation>> {
        Ok(by_id::<link_consultation::Entity>(ctx, self.0.link_consultation_id)
            .await?
            .map(LinkConsultation::from))
    }

    /// What it is.
    async fn kind(&self) -> NextStepKind {
        self.0.kind
    }

    /// What is to be done.
    async fn what(&self) -> &str {
        &self.0.what
    }

    /// Who does it.
    async fn owner(&self) -> &str {
        &self.0.owner
    }

    /// By when.
    async fn due_on(&self) -> Date {
        Date(self.0.due_on)
    }

    /// Whether that day has passed and nothing came of it yet. Due today is not overdue (XC-12).
    async fn overdue(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.0.done_on.is_none() && self.0.due_on < super::context::op(ctx)?.today())
    }

    /// When it had its outcome.
    async fn done_on(&self) -> Option<Date> {
        self.0.done_on.map(Date)
    }

    /// What came of it.
    async fn outcome(&self) -> Option<&str> {
        self.0.outcome.as_deref()
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// A referral to the specialist teaching service.
pub struct Referral(referral::Model);

impl From<referral::Model> for Referral {
    fn from(row: referral::Model) -> Self {
        Self(row)
    }
}

/// A referral to the specialist teaching service (GR-3).
#[Object]
impl Referral {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Referral, self.0.id)
    }

    /// The child.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        Ok(by_id::<child::Entity>(ctx, self.0.child_id).await?.map(Child::from))
    }

    /// The school.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }

    /// Where it stands.
    async fn state(&self) -> ReferralState {
        self.0.state
    }

    /// What the service is asked.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// When it was opened.
    async fn opened_on(&self) -> Date {
        Date(self.0.opened_on)
    }

    /// Who opened it, if the viewer sees them.
    async fn opened_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.opened_by).await?.map(Person::from))
    }

    /// What the service advised.
    async fn advice(&self) -> Option<&str> {
        self.0.advice.as_deref()
    }

    /// When it advised, or when the referral was withdrawn.
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// Why it was withdrawn.
    async fn withdrawn_reason(&self) -> Option<&str> {
        self.0.withdrawn_reason.as_deref()
    }

    /// The steps that the viewer may take, by role, relation and state (XC-18).
    async fn allowed_actions(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        super::loader::allowed_on_referral(ctx, &self.0).await
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// What a consultation's pack holds, and what is missing (GR-10).
#[derive(SimpleObject)]
#[allow(clippy::struct_excessive_bools)] // Each is a paper that is there or not.
pub struct LinkPack {
    /// Whether signed consent to a link consultation is in force.
    consent: bool,
    /// Whether assessment information is there.
    assessments: bool,
    /// Whether intervention information is there.
    interventions: bool,
    /// Whether One Plans are there; with sudden significant concerns there may be none yet.
    one_plans: bool,
    /// Other professional reports, or that there are none; nothing while nobody has said.
    professional_reports: Option<String>,
    /// Whether everything is there.
    complete: bool,
    /// What is missing, each with what would put it right.
    missing: Vec<super::payload::Refusal>,
}

impl LinkPack {
    fn of(pack: Pack, reports: &str) -> Self {
        let missing = pack.missing().refusals;
        Self {
            consent: pack.consent,
            assessments: pack.assessments,
            interventions: pack.interventions,
            one_plans: pack.one_plans,
            professional_reports: pack.reports.then(|| reports.to_owned()),
            complete: missing.is_empty(),
            missing: missing.into_iter().map(Into::into).collect(),
        }
    }
}

super::connection::connection!(
    LinkConsultationConnection,
    LinkConsultationEdge,
    LinkConsultation,
    crate::store::list::graduated::LinkConsultations
);
