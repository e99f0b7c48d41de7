//! Which clinics there are.

use super::{AccountError, Accounts, Result, TRIES};
use crate::accounts::secret::random;
use crate::accounts::{CLINICS_MAX, Clinic, ClinicAddress, ClinicId, Refusal};
use crate::opaque::LinkToken;
use crate::store::StoreError;
use crate::store::accounts::AccountStoreError;
use crate::text::DisplayName;

impl Accounts {
    /// The clinic with this address; without one, the main one. `None`: there is none.
    pub async fn clinic_at(&self, address: Option<&str>) -> Result<Option<Clinic>> {
        let Some(address) = address else {
            return Ok(Some(self.main.clone()));
        };
        let Ok(address) = ClinicAddress::parse(address) else {
            return Ok(None);
        };
        let clinics = self.clinics().await?;
        Ok(clinics.into_iter().find(|clinic| clinic.address == address))
    }

    /// A clinic of this server.
    pub async fn clinic(&self, id: ClinicId) -> Result<Clinic> {
        let clinics = self.clinics().await?;
        let found = clinics.into_iter().find(|clinic| clinic.id == id);
        Ok(found.ok_or(Refusal::UnknownAccount)?)
    }

    /// Every clinic, the main one first.
    pub async fn clinics(&self) -> Result<Vec<Clinic>> {
        let loaded = self.clinics.load().await;
        let (_version, others) = loaded.map_err(AccountStoreError::from)?;
        Ok([vec![self.main.clone()], others].concat())
    }

    /// One more clinic, and a link for its first administrator.
    pub async fn add_clinic(
        &self,
        address: ClinicAddress,
        name: DisplayName,
    ) -> Result<(Clinic, LinkToken)> {
        let clinic = Clinic {
            id: ClinicId(u64::from_be_bytes(random()?)),
            address,
            name,
        };
        for _try in 0..TRIES {
            let loaded = self.clinics.load().await;
            let (version, others) = loaded.map_err(AccountStoreError::from)?;
            let mut all = others.iter().chain([&self.main]);
            if all.any(|known| known.address == clinic.address) {
                return Err(Refusal::AddressTaken.into());
            }
            if others.len() >= CLINICS_MAX {
                return Err(Refusal::TooManyClinics.into());
            }
            match self.clinics.add(version, &clinic, self.clock.now()).await {
                Err(StoreError::Conflict { .. }) => {}
                added => {
                    added.map_err(AccountStoreError::from)?;
                    let link = self.offer_first(clinic.id).await?;
                    return Ok((clinic, link));
                }
            }
        }
        Err(AccountError::Busy)
    }

    /// A link for the first administrator of every clinic that has none; the links before them
    /// die.
    pub async fn offer_all_first(&self) -> Result<Vec<(Clinic, LinkToken)>> {
        let mut offered = Vec::new();
        for clinic in self.clinics().await? {
            match self.offer_first(clinic.id).await {
                Ok(link) => offered.push((clinic, link)),
                Err(AccountError::Refused(Refusal::AdministratorExists)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(offered)
    }
}
