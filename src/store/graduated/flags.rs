//! The deadlines that flags set by themselves (GR-3, GR-13): what the flags of children ask for, and what is there.

use crate::store::Fault;
use crate::store::duties::duty_model;
use crate::store::facts::System;
use crate::store::work::Work;
use domain::child::VulnerabilityKind;
use domain::duty::{DutyState, NewDuty};
use domain::event::Subject;
use domain::graduated::{ContactPurpose, ReferralState};
use domain::rule::RuleId;
use entity::{child, duty, graduated_response, holding, link_contact, referral, vulnerability};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;
use uuid::Uuid;

/// What is known of flags and their deadlines for some children.
pub struct Flags {
    /// The children.
    pub children: Vec<child::Model>,
    /// Who holds each, by child.
    pub held: HashMap<Uuid, holding::Model>,
    /// The graduated responses that have begun, by child.
    pub responses: HashMap<Uuid, graduated_response::Model>,
    /// The flags of a risk of permanent exclusion that have not ended.
    pub at_risk: Vec<vulnerability::Model>,
    /// The referrals that were not withdrawn.
    pub referrals: Vec<referral::Model>,
    /// The contacts about a risk of exclusion.
    pub contacts: Vec<link_contact::Model>,
    /// The open deadlines of both rules.
    pub duties: Vec<duty::Model>,
}

impl System<'_> {
    /// What is known of flags and their deadlines for some children, in a handful of statements.
    pub async fn flags(&self, children: &[Uuid]) -> Result<Flags, Fault> {
        let ids = || children.iter().copied();
        let today = self.today;
        let still = Condition::any().add(vulnerability::Column::ToDate.is_null()).add(
            // One that was dropped before it began has both dates alike.
            Condition::all()
                .add(vulnerability::Column::ToDate.gt(today))
                .add(Expr::col(vulnerability::Column::ToDate).gt(Expr::col(vulnerability::Column::FromDate))),
        );
        let held = holding::Entity::find()
            .filter(holding::Column::ChildId.is_in(ids()))
            .filter(holding::Column::ToDate.is_null())
            .all(self.tx)
            .await?;
        let responses = graduated_response::Entity::find()
            .filter(graduated_response::Column::ChildId.is_in(ids()))
            .all(self.tx)
            .await?;
        Ok(Flags {
            children: child::Entity::find()
                .filter(child::Column::Id.is_in(ids()))
                .filter(child::Column::ErasedAt.is_null())
                .order_by_asc(child::Column::Id)
                .all(self.tx)
                .await?,
            held: held.into_iter().map(|row| (row.child_id, row)).collect(),
            responses: responses.into_iter().map(|row| (row.child_id, row)).collect(),
            at_risk: vulnerability::Entity::find()
                .filter(vulnerability::Column::ChildId.is_in(ids()))
                .filter(vulnerability::Column::Kind.eq(VulnerabilityKind::RiskOfPermanentExclusion))
                .filter(still)
                .order_by_asc(vulnerability::Column::FromDate)
                .all(self.tx)
                .await?,
            referrals: referral::Entity::find()
                .filter(referral::Column::ChildId.is_in(ids()))
                .filter(referral::Column::State.ne(ReferralState::Withdrawn))
                .all(self.tx)
                .await?,
            contacts: link_contact::Entity::find()
                .filter(link_contact::Column::ChildId.is_in(ids()))
                .filter(link_contact::Column::Purpose.eq(ContactPurpose::ExclusionRisk))
                .filter(link_contact::Column::WithdrawnAt.is_null())
                .all(self.tx)
                .await?,
            duties: duty::Entity::find()
                .filter(duty::Column::ChildId.is_in(ids()))
                .filter(duty::Column::Rule.is_in([RuleId::Gr3.as_str(), RuleId::Gr13.as_str()]))
                .filter(duty::Column::State.eq(DutyState::Open))
                .all(self.tx)
                .await?,
        })
    }
}

impl Work<'_> {
    /// Sets many deadlines in one statement.
    pub async fn set_duties(&self, new: Vec<(Subject, NewDuty)>) -> Result<(), Fault> {
        let rows = new.into_iter().map(|(subject, duty)| duty_model(self.op, &subject, &duty));
        self.insert_all::<duty::Entity>(rows.collect::<Result<_, _>>()?).await
    }
}

/// Whether a referral of a child is open.
pub async fn open_referral(work: &Work<'_>, child: Uuid) -> Result<bool, Fault> {
    let open = referral::Entity::find()
        .filter(referral::Column::ChildId.eq(child))
        .filter(referral::Column::State.eq(ReferralState::Open))
        .count(&work.tx)
        .await?;
    Ok(open > 0)
}
